//! What the figures were measured on.

use std::env::consts::{ARCH, OS};

use sysinfo::{CpuRefreshKind, RefreshKind, System};

/// One line: the processor, and what of it matters here.
pub(crate) fn description() -> String {
    let refresh = RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing());
    let system = System::new_with_specifics(refresh).ok();
    let cpus = system.as_ref().map_or(&[][..], System::cpus);
    let model = cpus.first().map_or("", |cpu| cpu.brand().trim());
    let model = if model.is_empty() {
        "an unnamed processor"
    } else {
        model
    };
    let vectors = if has_avx2() {
        "with AVX2"
    } else {
        "without AVX2"
    };
    format!("{model}, {} threads, {ARCH} {vectors}, {OS}", cpus.len())
}

#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
fn has_avx2() -> bool {
    std::is_x86_feature_detected!("avx2")
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "x86")))]
const fn has_avx2() -> bool {
    false
}
