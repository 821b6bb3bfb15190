//! The whole pipeline, tried out through real services on this machine: the functions' own binaries, the
//! state machine and the Terraform root that deploy to AWS, with IAM enforced.
//!
//! `cargo xtask test` starts the local cloud around these tests. To run some of them again and again,
//! leave `cargo xtask local` running and type `. target/local/env; cargo test -p tests` in another shell.

mod api;
mod cloud;
mod executions;
mod http;
mod keys;
mod permissions;
mod queues;
mod reconcile;
mod refusals;
mod removal;
mod samples;
mod uploads;
