//! HTTP/1.1 messages (RFC 9112), read to be passed on as they are.

use std::io::{self, BufRead, Read};

/// More than any head has that a client or a server here sends.
const HEAD_LIMIT: usize = 64 * 1024;

/// A request or an answer.
#[derive(Debug, PartialEq)]
pub(crate) struct Message {
    /// From the first line to the empty one, both included.
    pub(crate) head: Vec<u8>,
    /// As it came, its chunks with their lengths.
    pub(crate) body: Vec<u8>,
}

/// What says how long the body is.
#[derive(Debug, PartialEq)]
enum Length {
    Bytes(u64),
    Chunks,
}

impl Message {
    /// Reads a request; `None` where the client has nothing more to ask.
    pub(crate) fn request(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let head = head(from)?;
        if head.is_empty() {
            return Ok(None);
        }
        let body = body(from, &length(&head))?;
        Ok(Some(Self { head, body }))
    }

    /// Reads the answer to a request.
    pub(crate) fn answer(from: &mut impl BufRead, request: &Self) -> io::Result<Self> {
        loop {
            let head = head(from)?;
            let status = word(&head, 1).and_then(|status| status.parse::<u16>().ok());
            let Some(status) = status else {
                return Err(io::ErrorKind::UnexpectedEof.into());
            };
            if (100..200).contains(&status) {
                // "Continue", which the request did not wait for.
                continue;
            }
            let empty = request.method() == "HEAD" || matches!(status, 204 | 304);
            let body = if empty {
                Vec::new()
            } else {
                body(from, &length(&head))?
            };
            return Ok(Self { head, body });
        }
    }

    /// The method of a request.
    pub(crate) fn method(&self) -> &str {
        word(&self.head, 0).unwrap_or_default()
    }
}

fn head(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    loop {
        let line = from
            .by_ref()
            .take(HEAD_LIMIT as u64)
            .read_until(b'\n', &mut head)?;
        if line == 0 {
            // Between two messages a peer may go; within one it may not.
            return if head.is_empty() {
                Ok(head)
            } else {
                Err(io::ErrorKind::UnexpectedEof.into())
            };
        }
        if head.ends_with(b"\r\n\r\n") {
            return Ok(head);
        }
        if head.len() > HEAD_LIMIT {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
}

fn body(from: &mut impl BufRead, length: &Length) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    match length {
        Length::Bytes(bytes) => {
            if from.take(*bytes).read_to_end(&mut body)? as u64 != *bytes {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Length::Chunks => while chunk(from, &mut body)? {},
    }
    Ok(body)
}

/// Reads one chunk, or the lines after the last; whether another follows.
fn chunk(from: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<bool> {
    let begin = body.len();
    if from.read_until(b'\n', body)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let line = String::from_utf8_lossy(&body[begin..]);
    let digits = line.split(';').next().unwrap_or_default().trim();
    let size = u64::from_str_radix(digits, 16);
    let size = size.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    if size > 0 {
        // The chunk and the end of its line.
        if from.take(size + 2).read_to_end(body)? as u64 != size + 2 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        return Ok(true);
    }
    // Trailers, up to an empty line.
    loop {
        let begin = body.len();
        if from.read_until(b'\n', body)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if &body[begin..] == b"\r\n" {
            return Ok(false);
        }
    }
}

fn length(head: &[u8]) -> Length {
    let chunked = header(head, "transfer-encoding")
        .is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"));
    if chunked {
        return Length::Chunks;
    }
    let bytes = header(head, "content-length").and_then(|value| value.parse().ok());
    Length::Bytes(bytes.unwrap_or_default())
}

fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    let lines = std::str::from_utf8(head).ok()?.split("\r\n").skip(1);
    let mut fields = lines.filter_map(|line| line.split_once(':'));
    let found = fields.find(|(other, _)| other.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.trim())
}

/// A word of the first line.
fn word(head: &[u8], index: usize) -> Option<&str> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    std::str::from_utf8(line).ok()?.split(' ').nth(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUT: &[u8] = b"PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";

    #[test]
    fn one_request_after_the_other_is_read_to_its_end() {
        let mut bytes = [PUT, b"HEAD /b/k HTTP/1.1\r\nHost: h\r\n\r\n"].concat();
        let mut from = &bytes[..];
        let put = Message::request(&mut from)
            .expect("read")
            .expect("a request");
        assert_eq!((put.method(), &put.body[..]), ("PUT", &b"abc"[..]));
        assert_eq!(header(&put.head, "host"), Some("h"));
        let head = Message::request(&mut from)
            .expect("read")
            .expect("a request");
        assert_eq!((head.method(), head.body.len()), ("HEAD", 0));
        assert_eq!(Message::request(&mut from).expect("the end"), None);
        bytes.truncate(PUT.len() - 1);
        assert!(
            Message::request(&mut &bytes[..]).is_err(),
            "a body cut short"
        );
    }

    #[test]
    fn chunks_are_passed_on_with_their_lengths_and_trailers() {
        let chunks = b"3;x=y\r\nabc\r\n0\r\nx-amz-checksum-crc32: 1\r\n\r\n";
        let head = b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        let bytes = [&head[..], chunks, PUT].concat();
        let mut from = &bytes[..];
        let request = Message::request(&mut from)
            .expect("read")
            .expect("a request");
        assert_eq!(request.body, chunks);
        assert_eq!(from, PUT, "the next request is left alone");
    }

    #[test]
    fn the_answer_to_a_head_has_a_length_and_no_body() {
        let request = |line: &[u8]| Message {
            head: [line, b"\r\n\r\n"].concat(),
            body: Vec::new(),
        };
        let bytes = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        let answer = |line| Message::answer(&mut &bytes[..], &request(line)).expect("read");
        assert_eq!(answer(b"HEAD / HTTP/1.1").body, b"");
        assert_eq!(answer(b"GET / HTTP/1.1").body, b"ok");
        let none = Message::answer(&mut &b""[..], &request(b"GET / HTTP/1.1"));
        assert!(none.is_err(), "a server that has gone");
    }
}
