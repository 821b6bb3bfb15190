//! A panic in a decoder is the picture's error, not the process's end.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// `Some` while a panic on this thread is to be kept instead of printed.
    static KEPT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `work`; a panic in it comes back as its message and the place where it was raised.
///
/// Nothing is printed for it, since a service would otherwise log a crash for each broken upload. For that, the process's
/// panic hook is wrapped, once: panics elsewhere go to the hook that was there before.
///
/// `work` must leave nothing behind that a later call relies on: what it was changing may be half changed.
pub(crate) fn contain<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static WRAP: Once = Once::new();
    WRAP.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            let kept = KEPT.with_borrow_mut(|kept| {
                if let Some(message) = kept {
                    *message = describe(panic.payload());
                    if let Some(place) = panic.location() {
                        *message += &format!(" at {}:{}", file_name(place.file()), place.line());
                    }
                }
                kept.is_some()
            });
            if !kept {
                before(panic);
            }
        }));
    });
    let outer = KEPT.replace(Some(String::new()));
    let result = catch_unwind(AssertUnwindSafe(work));
    let message = KEPT.replace(outer);
    result.map_err(|payload| {
        message
            .filter(|message| !message.is_empty())
            .unwrap_or_else(|| describe(&*payload))
    })
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
