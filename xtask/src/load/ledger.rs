//! What was asked for each picture, and what came of it: who got an answer, and which.

use std::time::Duration;

use super::{picture::Mark, plan::Kind};

/// An upload that the store has confirmed, or one that it may have taken without saying so.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Upload {
    pub(crate) generation: u32,
    /// Without quotes.
    pub(crate) etag: String,
    /// When it began.
    pub(crate) began: Duration,
}

/// A message in the failures queue about a picture.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) at: Duration,
    /// As it came, to be sent back.
    pub(crate) body: String,
}

/// All that is known of one picture. Times count from the beginning of the run.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    /// In the order in which they were done.
    pub(crate) uploads: Vec<Upload>,
    /// How many executions its events may have started at most: one for each upload that was tried and one for each
    /// event that was made up, however often it was sent.
    pub(crate) events: u32,
    /// Whether the newest upload has been done.
    pub(crate) closed: bool,
    /// When an answer was seen first.
    pub(crate) answered: Option<Duration>,
    /// Whether there is no answer so far, or one that was not the last word.
    pub(crate) waiting: bool,
    pub(crate) refusals: Vec<Refusal>,
    /// Whether its message was sent back to the intake queue.
    pub(crate) redriven: bool,
}

impl Entry {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            uploads: Vec::new(),
            events: 0,
            closed: false,
            answered: None,
            waiting: true,
            refusals: Vec::new(),
            redriven: false,
        }
    }

    /// The newest upload, once it is certain which one that is.
    pub(crate) fn newest(&self) -> Option<&Upload> {
        self.uploads.last().filter(|_| self.closed)
    }

    /// The message to send back once what went wrong is mended: where a picture is at fault itself, it would only
    /// come again.
    pub(crate) fn to_redrive(&self) -> Option<&Refusal> {
        let refusal = self.refusal()?;
        let at_fault = matches!(self.kind, Kind::Broken(broken) if broken.code() == refusal.code);
        (!at_fault && !self.waiting && !self.redriven).then_some(refusal)
    }

    /// From the beginning of the newest upload to its first answer.
    pub(crate) fn took(&self) -> Option<Duration> {
        self.answered?.checked_sub(self.newest()?.began)
    }

    /// The newest message about the newest upload.
    fn refusal(&self) -> Option<&Refusal> {
        let newest = self.newest()?;
        let refusal = self.refusals.last()?;
        (refusal.at >= newest.began).then_some(refusal)
    }
}

/// What lies in the destination bucket in the end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// The ETag of the source that it says it was made from.
    pub(crate) source_etag: String,
    /// What its pixels say; none for a photo, which says nothing.
    pub(crate) mark: Option<Mark>,
}

/// The end of a picture.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// The thumbnail of the newest upload is there.
    Thumbnail,
    /// The failures queue said why there is none.
    Message(String),
    /// A thumbnail of an earlier upload, or of another picture, or of what is none.
    Stale,
    /// Neither.
    Lost,
}

/// Judges one picture. `marks` is whether its pixels say which it is.
pub(crate) fn judge(index: u32, entry: &Entry, found: Option<&Found>, marks: bool) -> Verdict {
    let Some(newest) = entry.newest() else {
        return Verdict::Lost;
    };
    let message = entry.refusal().map(|refusal| refusal.code.as_str());
    if let Kind::Broken(broken) = entry.kind {
        return match message {
            // An answer that is not the right one is none.
            Some(code) if code == broken.code() => Verdict::Message(code.to_owned()),
            _ if found.is_some_and(|found| found.source_etag == newest.etag) => Verdict::Stale,
            _ => Verdict::Lost,
        };
    }
    let expected = Mark {
        picture: index,
        generation: newest.generation,
    };
    match (found, message) {
        (Some(found), _) if found.source_etag == newest.etag => {
            if marks && found.mark != Some(expected) {
                return Verdict::Stale;
            }
            Verdict::Thumbnail
        }
        (_, Some(code)) => Verdict::Message(code.to_owned()),
        (Some(_), None) => Verdict::Stale,
        (None, None) => Verdict::Lost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::picture::{Broken, Format};

    const GOOD: Kind = Kind::Good(Format::Jpeg);

    fn entry(kind: Kind, uploads: u32) -> Entry {
        let mut entry = Entry::new(kind);
        for generation in 0..uploads {
            entry.uploads.push(Upload {
                generation,
                etag: format!("etag {generation}"),
                began: Duration::from_secs(10 * u64::from(generation) + 10),
            });
        }
        entry.closed = true;
        entry
    }

    fn found(source: u32, picture: u32, generation: u32) -> Option<Found> {
        Some(Found {
            source_etag: format!("etag {source}"),
            mark: Some(Mark {
                picture,
                generation,
            }),
        })
    }

    fn refused(mut entry: Entry, code: &str, at: u64) -> Entry {
        entry.refusals.push(Refusal {
            code: code.to_owned(),
            at: Duration::from_secs(at),
            body: "the message".to_owned(),
        });
        entry
    }

    fn check(entry: &Entry, found: &Option<Found>, expected: &Verdict) {
        assert_eq!(judge(7, entry, found.as_ref(), true), *expected);
    }

    #[test]
    fn the_thumbnail_of_the_newest_upload_is_an_answer() {
        check(&entry(GOOD, 1), &found(0, 7, 0), &Verdict::Thumbnail);
        check(&entry(GOOD, 3), &found(2, 7, 2), &Verdict::Thumbnail);
    }

    #[test]
    fn any_other_thumbnail_is_stale() {
        check(&entry(GOOD, 3), &found(1, 7, 1), &Verdict::Stale);
        // Metadata that tell the truth about pixels that do not, and the thumbnail of another picture.
        check(&entry(GOOD, 3), &found(2, 7, 1), &Verdict::Stale);
        check(&entry(GOOD, 1), &found(0, 8, 0), &Verdict::Stale);
        let unreadable = found(0, 7, 0).map(|found| Found {
            mark: None,
            ..found
        });
        check(&entry(GOOD, 1), &unreadable, &Verdict::Stale);
    }

    #[test]
    fn a_photo_says_nothing_and_is_believed_by_its_metadata() {
        let unmarked = |source| {
            found(source, 7, 0).map(|found| Found {
                mark: None,
                ..found
            })
        };
        let judged = |source| judge(7, &entry(GOOD, 2), unmarked(source).as_ref(), false);
        assert_eq!(judged(1), Verdict::Thumbnail);
        assert_eq!(judged(0), Verdict::Stale);
    }

    #[test]
    fn a_message_answers_the_uploads_before_it_only() {
        let denied = Verdict::Message("AccessDenied".to_owned());
        let after = refused(entry(GOOD, 2), "AccessDenied", 25);
        check(&after, &None, &denied);
        check(&after, &found(0, 7, 0), &denied);
        check(&after, &found(1, 7, 1), &Verdict::Thumbnail);
        let before = refused(entry(GOOD, 2), "AccessDenied", 15);
        check(&before, &None, &Verdict::Lost);
        check(&before, &found(0, 7, 0), &Verdict::Stale);
    }

    #[test]
    fn without_an_answer_a_picture_is_lost() {
        check(&entry(GOOD, 1), &None, &Verdict::Lost);
        check(&Entry::new(GOOD), &None, &Verdict::Lost);
        let mut open = entry(GOOD, 1);
        open.closed = false;
        check(&open, &found(0, 7, 0), &Verdict::Lost);
    }

    #[test]
    fn what_is_no_picture_has_to_be_refused_with_its_own_code() {
        let broken = || entry(Kind::Broken(Broken::Text), 1);
        let right = refused(broken(), "UnsupportedFormat", 11);
        check(
            &right,
            &None,
            &Verdict::Message("UnsupportedFormat".to_owned()),
        );
        check(
            &refused(broken(), "StorageUnavailable", 11),
            &None,
            &Verdict::Lost,
        );
        check(&broken(), &None, &Verdict::Lost);
        check(&broken(), &found(0, 7, 0), &Verdict::Stale);
    }

    #[test]
    fn a_message_is_sent_back_once_unless_the_picture_is_at_fault() {
        let answered = |mut entry: Entry| {
            entry.waiting = false;
            entry
        };
        let mut denied = answered(refused(entry(GOOD, 1), "AccessDenied", 11));
        assert_eq!(
            denied.to_redrive().map(|refusal| refusal.body.as_str()),
            Some("the message")
        );
        denied.redriven = true;
        assert_eq!(denied.to_redrive(), None);
        let broken = |code| answered(refused(entry(Kind::Broken(Broken::Text), 1), code, 11));
        assert_eq!(broken("UnsupportedFormat").to_redrive(), None);
        assert!(broken("AccessDenied").to_redrive().is_some());
        assert_eq!(answered(entry(GOOD, 1)).to_redrive(), None);
    }

    #[test]
    fn the_time_counts_from_the_newest_upload() {
        let mut entry = entry(GOOD, 2);
        assert_eq!(entry.took(), None);
        entry.answered = Some(Duration::from_secs(23));
        assert_eq!(entry.took(), Some(Duration::from_secs(3)));
    }
}
