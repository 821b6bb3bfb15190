//! A proxy in front of a cloud that does damage: it answers with errors, answers late, or not at all.
//!
//! It ends the client's TLS with a certificate that the client trusts, reads whole requests, and passes them on as
//! they are. The host that they were signed for is the proxy's own, which the emulator takes as the client sent it.

mod fate;
mod message;
mod throttle;

use std::{
    io::{self, BufReader, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};

use fate::Fate;
pub(crate) use fate::Weather;
use message::Message;
pub(crate) use throttle::Throttle;

use super::{chance::Chance, error::LoadError};
use crate::error::Error;

/// How long either side may be silent in the middle of something.
const SILENCE: Duration = Duration::from_secs(90);

/// The certificates that make a proxy believable.
pub(crate) struct Identity<'a> {
    pub(crate) authority: &'a Path,
    pub(crate) certificate: &'a Path,
    pub(crate) key: &'a Path,
}

/// A running proxy. Its threads end with the program.
pub(crate) struct Proxy {
    /// `https://127.0.0.1:PORT`
    pub(crate) endpoint: String,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: SocketAddr,
    server: Arc<ServerConfig>,
    client: Arc<ClientConfig>,
    chance: Chance,
    weather: Mutex<Weather>,
    throttle: Mutex<Throttle>,
    started: Instant,
    requests: AtomicU64,
    /// How many requests it did not simply pass on.
    harmed: AtomicU64,
}

impl Proxy {
    /// Starts one in front of what listens on this port of the machine.
    pub(crate) fn start(
        port: u16,
        identity: &Identity<'_>,
        throttle: Throttle,
        chance: Chance,
    ) -> Result<Self, Error> {
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = TcpListener::bind(here).map_err(LoadError::Proxy)?;
        let address = listener.local_addr().map_err(LoadError::Proxy)?;
        let shared = Arc::new(Shared {
            upstream: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            server: Arc::new(server(identity)?),
            client: Arc::new(client(identity)?),
            chance,
            weather: Mutex::default(),
            throttle: Mutex::new(throttle),
            started: Instant::now(),
            requests: AtomicU64::new(0),
            harmed: AtomicU64::new(0),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&accepting);
                // A connection that fails is what the client has to live with.
                std::thread::spawn(move || shared.serve(stream));
            }
        });
        Ok(Self {
            endpoint: format!("https://127.0.0.1:{}", address.port()),
            shared,
        })
    }

    /// From now on this goes wrong.
    pub(crate) fn set(&self, weather: Weather) {
        *self
            .shared
            .weather
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = weather;
    }

    /// How many requests it did not simply pass on.
    pub(crate) fn harmed(&self) -> u64 {
        self.shared.harmed.load(Ordering::Relaxed)
    }
}

type Upstream = BufReader<StreamOwned<ClientConnection, TcpStream>>;

impl Shared {
    /// Serves one connection until one of its ends closes it.
    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let socket = prepared(stream)?;
        let end = socket.try_clone()?;
        let tls = ServerConnection::new(Arc::clone(&self.server)).map_err(io::Error::other)?;
        let mut client = BufReader::new(StreamOwned::new(tls, socket));
        let mut upstream = None;
        while let Some(request) = Message::request(&mut client)? {
            let fate = self.fate();
            if fate != Fate::Forward {
                self.harmed.fetch_add(1, Ordering::Relaxed);
            }
            let answer = match fate {
                Fate::Reset => return end.shutdown(Shutdown::Both),
                Fate::InternalError => error_of_s3(500, "InternalError"),
                Fate::SlowDown => error_of_s3(503, "SlowDown"),
                Fate::Refuse => throttled(),
                Fate::Forward => self.forward(&mut upstream, &request)?,
                Fate::Delay(time) => {
                    std::thread::sleep(time);
                    self.forward(&mut upstream, &request)?
                }
                Fate::LoseAnswer => {
                    self.forward(&mut upstream, &request)?;
                    return end.shutdown(Shutdown::Both);
                }
                Fate::CutAnswer => {
                    let mut answer = self.forward(&mut upstream, &request)?;
                    answer.body.truncate(answer.body.len() / 2);
                    send(client.get_mut(), &answer)?;
                    return end.shutdown(Shutdown::Both);
                }
            };
            send(client.get_mut(), &answer)?;
        }
        Ok(())
    }

    /// What becomes of the next request.
    fn fate(&self) -> Fate {
        let index = self.requests.fetch_add(1, Ordering::Relaxed);
        let weather = *self.weather.lock().unwrap_or_else(PoisonError::into_inner);
        let mut throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
        let allowed = weather == Weather::Throttle && throttle.allows(self.started.elapsed());
        weather.fate(self.chance, index, allowed)
    }

    /// Passes a request on over the connection that this client's requests share.
    fn forward(&self, upstream: &mut Option<Upstream>, request: &Message) -> io::Result<Message> {
        // The service closes connections that have been idle: the first failure is one of those.
        if let Some(connection) = upstream
            && let Ok(answer) = exchange(connection, request)
        {
            return Ok(answer);
        }
        let socket = prepared(TcpStream::connect(self.upstream)?)?;
        let name = ServerName::IpAddress(self.upstream.ip().into());
        let tls =
            ClientConnection::new(Arc::clone(&self.client), name).map_err(io::Error::other)?;
        let connection = upstream.insert(BufReader::new(StreamOwned::new(tls, socket)));
        exchange(connection, request)
    }
}

fn exchange(connection: &mut Upstream, request: &Message) -> io::Result<Message> {
    send(connection.get_mut(), request)?;
    Message::answer(connection, request)
}

fn send(to: &mut (impl Read + Write), message: &Message) -> io::Result<()> {
    to.write_all(&message.head)?;
    to.write_all(&message.body)?;
    to.flush()
}

fn prepared(stream: TcpStream) -> io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(SILENCE))?;
    stream.set_write_timeout(Some(SILENCE))?;
    Ok(stream)
}

fn error_of_s3(status: u16, code: &str) -> Message {
    let body = format!("<Error><Code>{code}</Code><Message>a fault of the load</Message></Error>");
    made_up(status, "application/xml", body)
}

fn throttled() -> Message {
    let body = r#"{"__type":"ThrottlingException","message":"a fault of the load"}"#;
    made_up(400, "application/x-amz-json-1.0", body.to_owned())
}

fn made_up(status: u16, kind: &str, body: String) -> Message {
    let head = format!(
        "HTTP/1.1 {status} Fault\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    Message {
        head: head.into_bytes(),
        body: body.into_bytes(),
    }
}

fn server(identity: &Identity<'_>) -> Result<ServerConfig, LoadError> {
    let key = PrivateKeyDer::from_pem_file(identity.key)?;
    let config = ServerConfig::builder_with_provider(cryptography())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certificates(identity.certificate)?, key)?;
    Ok(config)
}

fn client(identity: &Identity<'_>) -> Result<ClientConfig, LoadError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(identity.authority)? {
        roots.add(certificate)?;
    }
    let config = ClientConfig::builder_with_provider(cryptography())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

/// Named on purpose: built together with the functions, whose clients bring another one, rustls would not choose.
fn cryptography() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, LoadError> {
    Ok(CertificateDer::pem_file_iter(path)?.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests;
