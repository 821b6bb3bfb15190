//! A panic in a decoder is the picture's error, not the process's end.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

type Stop = Box<dyn FnOnce(String)>;

thread_local! {
    /// `Some` while a panic on this thread is to be kept instead of printed.
    static KEPT: RefCell<Option<String>> = const { RefCell::new(None) };
    /// What is done with the message of a panic on this thread, before anything is unwound.
    static STOPPED: RefCell<Option<Stop>> = const { RefCell::new(None) };
}

/// From here on `stop` is called with the message of a panic on this thread, before anything is unwound.
///
/// For code that can't be unwound: a panic that comes to a function of C's kind ends the process, and before it has come there
/// only the hook is called. If `stop` never returns, the thread stands still instead, and what it holds is lost. The hook can't be
/// exchanged as long as it does: whoever tries waits for it.
#[cfg(any(feature = "avif", test))]
pub(crate) fn stop_at(stop: impl FnOnce(String) + 'static) {
    wrap_hook();
    STOPPED.set(Some(Box::new(stop)));
}

/// Runs `work`; a panic in it comes back as its message and the place where it was raised.
///
/// Nothing is printed for it, since a service would otherwise log a crash for each broken upload. For that, the process's
/// panic hook is wrapped, once: panics elsewhere go to the hook that was there before.
///
/// `work` must leave nothing behind that a later call relies on: what it was changing may be half changed.
pub(crate) fn contain<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    wrap_hook();
    let outer = KEPT.replace(Some(String::new()));
    let result = catch_unwind(AssertUnwindSafe(work));
    let message = KEPT.replace(outer);
    result.map_err(|payload| {
        message
            .filter(|message| !message.is_empty())
            .unwrap_or_else(|| describe(&*payload))
    })
}

/// Wraps the process's panic hook, once.
fn wrap_hook() {
    static WRAP: Once = Once::new();
    WRAP.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            let message = || {
                let place = panic.location().map_or_else(String::new, |place| {
                    format!(" at {}:{}", file_name(place.file()), place.line())
                });
                describe(panic.payload()) + &place
            };
            if let Some(stop) = STOPPED.take() {
                stop(message());
            }
            let kept = KEPT.with_borrow_mut(|kept| {
                if let Some(kept) = kept {
                    *kept = message();
                }
                kept.is_some()
            });
            if !kept {
                before(panic);
            }
        }));
    });
}

fn describe(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
        .to_owned()
}

/// The last part of a path: where on the building machine a file was is nobody's business.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_comes_back_with_its_message_and_place() {
        assert_eq!(contain(|| 7), Ok(7));
        let index = std::hint::black_box(9);
        let message = contain(|| [1, 2, 3][index]).expect_err("a panic");
        assert!(message.contains("index out of bounds"), "{message}");
        assert!(message.contains(" at panic.rs:"), "{message}");
    }

    #[test]
    fn a_panic_can_be_stopped_before_it_unwinds() {
        let (told, hears) = std::sync::mpsc::channel();
        let (lets_go, waits) = std::sync::mpsc::channel::<()>();
        let thread = std::thread::spawn(|| {
            stop_at(move |message| {
                told.send(message).expect("a listener");
                let _ = waits.recv();
            });
            let index = std::hint::black_box(9);
            contain(|| [1, 2, 3][index])
        });
        let message = hears.recv().expect("a message");
        assert!(message.contains("index out of bounds"), "{message}");
        assert!(!thread.is_finished());
        // Panics elsewhere are contained as before.
        assert!(contain(|| panic!("another")).is_err());
        drop(lets_go);
        assert!(thread.join().expect("a contained panic").is_err());
    }

    #[test]
    fn one_inside_another_keeps_both_apart() {
        let outer: Result<(), String> = contain(|| {
            let inner = contain(|| panic!("inner"));
            assert!(inner.expect_err("a panic").starts_with("inner"));
            panic!("outer");
        });
        let message = outer.expect_err("a panic");
        assert!(message.starts_with("outer"), "{message}");
    }
}
