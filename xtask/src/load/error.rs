//! What can go wrong in a load.

use std::path::PathBuf;

/// What a load alone can run into.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("a picture cannot be made")]
    Jpeg(#[from] jpeg_encoder::EncodingError),
    #[error("a picture cannot be made")]
    Png(#[from] png::EncodingError),
    #[error("there is no picture in {}: --photos takes a folder of photos", path.display())]
    NoPhotos { path: PathBuf },
    #[error("there is no fault {name:?}: the faults are {}, and all", names.join(", "))]
    NoFault { name: String, names: Vec<String> },
    #[error("the fault proxy cannot be started")]
    Proxy(#[source] std::io::Error),
    #[error("the certificates of the local cloud cannot be used")]
    Tls(#[from] rustls::Error),
    #[error("the certificates of the local cloud cannot be read")]
    Pem(#[from] rustls::pki_types::pem::Error),
    #[error("the faults store-errors, slow-store and throttle need a local cloud on this machine")]
    NotLocal,
    #[error(
        "the fault kill-emulator needs a local cloud of this command's own, without --outputs, and is not to be had on Windows"
    )]
    NotOurs,
    #[error("{left} messages that nobody can read never came to the failures queue")]
    Poison { left: u32 },
    #[error("of {pictures} pictures {lost} are lost and {stale} stale")]
    Broken {
        pictures: u32,
        lost: u32,
        stale: u32,
    },
}

impl From<LoadError> for crate::error::Error {
    fn from(error: LoadError) -> Self {
        Self::part(error)
    }
}
