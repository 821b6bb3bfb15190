/// What an answer of S3 other than success means for a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// There is no such object.
    NotFound,
    /// The store refused, and will again until an operator has changed something.
    Denied,
    /// The store was busy or did not answer; a little later it may.
    Unavailable,
}

impl StoreError {
    /// Decides by the HTTP status, `None` where no answer came, and by the error's code where S3 gave one.
    ///
    /// Statuses and codes are those of "Error responses" in the Amazon S3 API reference.
    pub fn classify(status: Option<u16>, code: Option<&str>) -> Self {
        match (status, code) {
            (_, Some("NoSuchBucket")) => Self::Denied,
            (Some(404), _) => Self::NotFound,
            (_, Some("RequestTimeout" | "SlowDown" | "ExpiredToken" | "OperationAborted")) => {
                Self::Unavailable
            }
            (None | Some(408 | 429 | 500..), _) => Self::Unavailable,
            (Some(_), _) => Self::Denied,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_what_is_refused_and_what_is_busy_are_told_apart() {
        use StoreError::{Denied, NotFound, Unavailable};
        for (status, code, meaning) in [
            (Some(404), Some("NoSuchKey"), NotFound),
            (Some(404), Some("NotFound"), NotFound),
            (Some(404), None, NotFound),
            (Some(404), Some("NoSuchBucket"), Denied),
            (Some(403), Some("AccessDenied"), Denied),
            (Some(403), None, Denied),
            (Some(403), Some("InvalidObjectState"), Denied),
            (Some(400), Some("KMS.DisabledException"), Denied),
            (Some(301), Some("PermanentRedirect"), Denied),
            (Some(400), Some("RequestTimeout"), Unavailable),
            (Some(400), Some("ExpiredToken"), Unavailable),
            (Some(409), Some("OperationAborted"), Unavailable),
            (Some(429), None, Unavailable),
            (Some(500), Some("InternalError"), Unavailable),
            (Some(503), Some("SlowDown"), Unavailable),
            (None, None, Unavailable),
        ] {
            assert_eq!(
                StoreError::classify(status, code),
                meaning,
                "{status:?} {code:?}"
            );
        }
    }
}
