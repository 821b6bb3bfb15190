//! The throw-away authority that the local cloud's certificate comes from.
//!
//! The buckets' policies refuse what does not come over TLS, so the local cloud speaks it. The
//! authority is made anew at every start and its key is never written down: whoever trusts it
//! trusts exactly one run.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};

use crate::error::Error;

/// Where clients find the local cloud. A literal address keeps S3 clients to path-style requests.
const NAMES: [&str; 3] = ["127.0.0.1", "localhost", "*.execute-api.localhost"];
/// Longer than anybody leaves a local cloud up.
const VALID: Duration = Duration::days(30);

/// The files that a server and its clients need.
pub(crate) struct Tls {
    /// The authority's certificate: what clients have to trust.
    pub(crate) authority: PathBuf,
    /// The server's certificate.
    pub(crate) certificate: PathBuf,
    /// The server's key.
    pub(crate) key: PathBuf,
}

impl Tls {
    /// Makes an authority and a certificate in `directory`.
    pub(crate) fn make(directory: &Path) -> Result<Self, Error> {
        let authority = CertifiedIssuer::self_signed(authority_params(), KeyPair::generate()?)?;
        let key = KeyPair::generate()?;
        let certificate = leaf_params()?.signed_by(&key, &authority)?;

        fs::create_dir_all(directory).map_err(Error::file("create", directory))?;
        let write = |name: &str, text: String| {
            let path = directory.join(name);
            fs::write(&path, text).map_err(Error::file("write", &path))?;
            Ok::<_, Error>(path)
        };
        Ok(Self {
            authority: write("ca.pem", authority.pem())?,
            certificate: write("server.pem", certificate.pem())?,
            key: write("server.key", key.serialize_pem())?,
        })
    }
}

fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![
        KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::DigitalSignature,
    ];
    name(&mut params, "Throw-away authority of a local cloud");
    params
}

fn leaf_params() -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::new(NAMES.map(str::to_owned))?;
    // Some clients refuse an authority as a server.
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    name(&mut params, "Local cloud");
    Ok(params)
}

fn name(params: &mut CertificateParams, name: &str) {
    params.distinguished_name.push(DnType::CommonName, name);
    // Clocks of virtual machines are sometimes a little behind.
    params.not_before = OffsetDateTime::now_utc() - Duration::days(1);
    params.not_after = OffsetDateTime::now_utc() + VALID;
}

#[cfg(test)]
mod tests {
    use rcgen::SanType;

    use super::*;

    #[test]
    fn the_address_is_an_address_and_the_names_are_names() {
        let names = leaf_params()
            .expect("the names are valid")
            .subject_alt_names;
        assert!(matches!(names[0], SanType::IpAddress(address) if address.is_loopback()));
        assert!(
            names[1..]
                .iter()
                .all(|name| matches!(name, SanType::DnsName(_)))
        );
    }
}
