#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| thumbnail_fuzz::check(4, b"ftypcrx ", bytes));
