//! Objects of S3.

use percent_encoding::{AsciiSet, utf8_percent_encode};
use ureq::{Body, http::Response};

use super::{Call, Client, UNRESERVED, body_of, element, query, sigv4, succeeded};
use crate::error::Error;

/// What S3 leaves as it is in a path: what a query does, and the slash.
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');
/// The connection protects the body; hashing a large picture as well would only cost time.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// An object as a listing shows it.
#[derive(Debug, PartialEq)]
pub(crate) struct Listed {
    pub(crate) key: String,
    /// Without quotes.
    pub(crate) etag: String,
}

/// What is known of a thumbnail beside its bytes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    /// Without quotes.
    pub(crate) etag: String,
    /// The ETag of the source it says it was made from, empty where it says none.
    pub(crate) source_etag: String,
}

impl Client {
    /// Puts an object; its ETag comes back, without quotes.
    pub(crate) fn put_object(&self, bucket: &str, key: &str, body: &[u8]) -> Result<String, Error> {
        let answer = self.object("PUT", bucket, key, body)?;
        let etag = header(&answer, "etag");
        succeeded(&format!("the upload of {key}"), answer).map(|_| etag)
    }

    /// Gets an object, or `None` while there is no such object.
    pub(crate) fn get_object(
        &self,
        bucket: &str,
        key: &str,
    ) -> Result<Option<(Head, Vec<u8>)>, Error> {
        let answer = self.object("GET", bucket, key, &[])?;
        if answer.status().as_u16() == 404 {
            return Ok(None);
        }
        let head = head(&answer);
        let bytes = succeeded(&format!("the download of {key}"), answer)?;
        Ok(Some((head, bytes)))
    }

    /// Looks at an object, or gives `None` while there is no such object.
    pub(crate) fn head_object(&self, bucket: &str, key: &str) -> Result<Option<Head>, Error> {
        let answer = self.object("HEAD", bucket, key, &[])?;
        if answer.status().as_u16() == 404 {
            return Ok(None);
        }
        let head = head(&answer);
        succeeded(&format!("the look at {key}"), answer)?;
        Ok(Some(head))
    }

    /// Deletes an object, if there is one.
    pub(crate) fn delete_object(&self, bucket: &str, key: &str) -> Result<(), Error> {
        let answer = self.object("DELETE", bucket, key, &[])?;
        succeeded(&format!("the removal of {key}"), answer).map(drop)
    }

    /// Up to a thousand objects whose keys begin with `prefix` and come after `after`, in the order of keys.
    pub(crate) fn list_objects(
        &self,
        bucket: &str,
        prefix: &str,
        after: &str,
    ) -> Result<Vec<Listed>, Error> {
        let mut pairs = vec![("list-type", "2"), ("prefix", prefix)];
        if !after.is_empty() {
            pairs.push(("start-after", after));
        }
        let mut answer = self.send(&Call {
            service: "s3",
            method: "GET",
            path: &format!("/{bucket}"),
            query: &query(&mut pairs),
            headers: &[],
            content: &sigv4::hash(&[]),
            body: &[],
        })?;
        let body = body_of("ListObjectsV2", &mut answer)?;
        let text = String::from_utf8_lossy(&body).into_owned();
        if !answer.status().is_success() {
            return Err(Error::Answer {
                request: "ListObjectsV2".to_owned(),
                status: answer.status().as_u16(),
                body: text,
            });
        }
        Ok(listed(&text))
    }

    fn object(
        &self,
        method: &str,
        bucket: &str,
        key: &str,
        body: &[u8],
    ) -> Result<Response<Body>, Error> {
        self.send(&Call {
            service: "s3",
            method,
            path: &object_path(bucket, key),
            query: "",
            headers: &[],
            content: UNSIGNED,
            body,
        })
    }
}

fn object_path(bucket: &str, key: &str) -> String {
    format!("/{bucket}/{}", utf8_percent_encode(key, PATH))
}

fn head(answer: &Response<Body>) -> Head {
    Head {
        etag: header(answer, "etag"),
        source_etag: header(answer, "x-amz-meta-source-etag"),
    }
}

fn header(answer: &Response<Body>, name: &str) -> String {
    let value = answer
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok());
    value.unwrap_or_default().trim_matches('"').to_owned()
}

/// The objects of a listing. Keys that XML has to escape do not come out as they are; the tool lists its own alone.
fn listed(xml: &str) -> Vec<Listed> {
    let entries = xml.split("<Contents>").skip(1);
    entries
        .filter_map(|entry| {
            let etag = element(entry, "ETag")?.replace("&quot;", "\"");
            Some(Listed {
                key: element(entry, "Key")?.to_owned(),
                etag: etag.trim_matches('"').to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_encoded_once_and_keeps_its_folders() {
        let check = |key, path| assert_eq!(object_path("photos", key), path);
        check("a/b.jpg", "/photos/a/b.jpg");
        check("été 1+1%.jpg", "/photos/%C3%A9t%C3%A9%201%2B1%25.jpg");
        check("it's ~me~.jpg", "/photos/it%27s%20~me~.jpg");
    }

    #[test]
    fn a_listing_gives_keys_and_etags() {
        let xml = "<ListBucketResult><Name>b</Name><Contents><Key>a/x.jpg</Key><ETag>&quot;1f&quot;</ETag></Contents>\
            <Contents><ETag>\"2f\"</ETag><Key>a/y.jpg</Key></Contents></ListBucketResult>";
        let expected = [("a/x.jpg", "1f"), ("a/y.jpg", "2f")].map(|(key, etag)| Listed {
            key: key.to_owned(),
            etag: etag.to_owned(),
        });
        assert_eq!(listed(xml), expected);
        assert_eq!(listed("<ListBucketResult></ListBucketResult>"), []);
    }
}
