use std::sync::atomic::AtomicU64;

use super::*;
use crate::{
    aws::{Client, Credentials},
    local::tls::Tls,
};

/// A store that confirms every upload, behind a proxy; both believed by the same authority.
struct Scene {
    proxy: Proxy,
    client: Client,
    /// How many requests have reached the store.
    reached: Arc<AtomicU64>,
    directory: std::path::PathBuf,
}

impl Scene {
    fn new(name: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        let tls = Tls::make(&directory).expect("certificates");
        let identity = Identity {
            authority: &tls.authority,
            certificate: &tls.certificate,
            key: &tls.key,
        };
        let reached = Arc::new(AtomicU64::new(0));
        let port = store(&identity, Arc::clone(&reached));
        let proxy = Proxy::start(port, &identity, Throttle::new(1.0, 5.0), Chance::new(1))
            .expect("a proxy");
        let credentials = Credentials {
            key: "k".to_owned(),
            secret: "s".to_owned(),
            token: None,
        };
        let client = Client::new(&proxy.endpoint, "us-east-1", &tls.authority, credentials);
        Self {
            proxy,
            client: client.expect("a client"),
            reached,
            directory,
        }
    }

    fn put(&self) -> Result<String, Error> {
        self.client.put_object("photos", "a/x.jpg", &[7; 100_000])
    }

    fn reached(&self) -> u64 {
        self.reached.load(Ordering::Relaxed)
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // What is left in the temporary directory is no reason to fail.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// Starts a server that counts whole requests and answers them all alike; gives its port.
fn store(identity: &Identity<'_>, reached: Arc<AtomicU64>) -> u16 {
    let config = Arc::new(server(identity).expect("certificates"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let (config, reached) = (Arc::clone(&config), Arc::clone(&reached));
            std::thread::spawn(move || -> io::Result<()> {
                let tls = ServerConnection::new(config).map_err(io::Error::other)?;
                let mut client = BufReader::new(StreamOwned::new(tls, socket));
                while let Some(request) = Message::request(&mut client)? {
                    assert_eq!(request.body.len(), 100_000, "a request arrives whole");
                    reached.fetch_add(1, Ordering::Relaxed);
                    let head =
                        b"HTTP/1.1 200 OK\r\netag: \"e\"\r\ncontent-length: 4\r\n\r\n".to_vec();
                    let body = b"done".to_vec();
                    send(client.get_mut(), &Message { head, body })?;
                }
                Ok(())
            });
        }
    });
    port
}

#[test]
fn in_calm_weather_every_request_gets_its_answer() {
    let scene = Scene::new("proxy-calm");
    for _ in 0..20 {
        assert_eq!(scene.put().expect("confirmed"), "e");
    }
    assert_eq!((scene.reached(), scene.proxy.harmed()), (20, 0));
}

#[test]
fn a_troubled_store_refuses_and_cuts_and_sometimes_does_what_it_never_confirms() {
    let scene = Scene::new("proxy-errors");
    scene.proxy.set(Weather::StoreErrors);
    let (mut confirmed, mut refused, mut cut) = (0, 0, 0);
    for _ in 0..150 {
        match scene.put() {
            Ok(_) => confirmed += 1,
            Err(Error::Answer { status, body, .. }) => {
                assert!(matches!(status, 500 | 503), "{status}: {body}");
                refused += 1;
            }
            Err(Error::Request { .. }) => cut += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(
        confirmed > 75 && refused > 8 && cut > 8,
        "{confirmed} {refused} {cut}"
    );
    assert!(
        scene.reached() > confirmed,
        "some were done and not confirmed"
    );
    assert!(scene.reached() < 150, "some never arrived");
    assert!(scene.proxy.harmed() >= refused + cut);
}

#[test]
fn a_throttle_answers_in_the_words_of_step_functions() {
    let scene = Scene::new("proxy-throttle");
    scene.proxy.set(Weather::Throttle);
    let asked = 30;
    let refused = (0..asked).filter_map(|_| scene.put().err());
    let refused: Vec<String> = refused.map(|error| error.to_string()).collect();
    assert!(!refused.is_empty() && refused.len() < asked);
    assert!(
        refused
            .iter()
            .all(|error| error.contains("ThrottlingException")),
        "{refused:?}"
    );
}
