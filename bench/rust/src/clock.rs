//! Time and memory of this process.

use std::time::Instant;

/// What a piece of work took.
#[derive(Clone, Copy)]
pub struct Taken {
    /// Seconds on the wall.
    pub wall: f64,
    /// Seconds of all threads of the process.
    pub cpu: f64,
}

/// Runs `work` and says what it took.
pub fn time<T>(work: impl FnOnce() -> T) -> (T, Taken) {
    let (wall, cpu) = (Instant::now(), cpu_seconds());
    let result = work();
    let taken = Taken {
        wall: wall.elapsed().as_secs_f64(),
        cpu: cpu_seconds() - cpu,
    };
    (result, taken)
}

fn cpu_seconds() -> f64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the call writes the one `timespec` that it is given.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Bytes of memory that the process has now, and the most that it had.
pub fn memory() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok())
            .map_or(0, |kilobytes| kilobytes * 1024)
    };
    (field("VmRSS:"), field("VmHWM:"))
}

/// Keeps the process, and every thread that it starts from now on, on the core where it runs.
pub fn stay_on_one_core() {
    #[cfg(target_os = "linux")]
    // SAFETY: the set is a plain bit mask, zeroed and then filled by libc's own functions, and passed with its size.
    unsafe {
        let core = libc::sched_getcpu();
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(core.max(0) as usize, &mut set);
        libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const set);
    }
}
