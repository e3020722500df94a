//! Templates that want to take the process down. Each must end in `ERR_CHAT_TEMPLATE_LIMIT`, on a small stack and
//! within 256 MB, which an allocator counts.
#![expect(clippy::unwrap_used, reason = "tests")]

mod templates;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use autotokenizer_chat::{RenderOptions, render};
use templates::{DEPTHS, LOOPS, SIZES};

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn grow(bytes: usize) {
    let live = LIVE.fetch_add(bytes, Ordering::Relaxed) + bytes;
    PEAK.fetch_max(live, Ordering::Relaxed);
}

// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MOST_BYTES: usize = 256 << 20;

/// What nothing may take, even on a machine that is busy: a hang is killed, time is not measured.
const HANG: Duration = Duration::from_secs(60);

/// Runs on a thread whose stack is a quarter of the usual one.
fn guarded<T: Send + 'static>(name: &str, run: impl FnOnce() -> T + Send + 'static) -> (T, usize) {
    let (sender, receiver) = mpsc::channel();
    let before = LIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let started = Instant::now();
    let work = move || {
        let result = run();
        sender.send((result, cpu_milliseconds())).unwrap();
    };
    let worker = thread::Builder::new().stack_size(512 << 10).spawn(work).unwrap();
    let (result, cpu) = receiver
        .recv_timeout(HANG)
        .unwrap_or_else(|_| panic!("{name} hangs"));
    worker.join().unwrap();
    let peak = PEAK.load(Ordering::Relaxed).saturating_sub(before);
    println!(
        "{:6} ms {cpu:6} ms of work {:4} MB  {name}",
        started.elapsed().as_millis(),
        peak >> 20
    );
    (result, peak)
}

/// Time this thread has worked, where the system tells: for the reader only.
fn cpu_milliseconds() -> u64 {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    statistics
        .split(' ')
        .next()
        .and_then(|time| time.parse::<u64>().ok())
        .unwrap_or(0)
        / 1_000_000
}

/// Doubles `x` sixty times by an expression, in a namespace.
fn doubling(start: &str, step: &str) -> String {
    format!(
        "{{% set ns = namespace(x={start}) %}}{{% for i in range(60) %}}{{% set ns.x = {step} %}}{{% endfor %}}"
    )
}

/// Wraps a value in itself a hundred thousand times.
fn nesting(step: &str) -> String {
    format!(
        "{{% set ns = namespace(x=1) %}}{{% for i in range(100000) %}}{{% set ns.x = {step} %}}{{% endfor %}}"
    )
}

#[test]
fn hostile_templates_end_in_a_limit() {
    let mut templates: Vec<(String, String)> = [LOOPS, SIZES, DEPTHS]
        .concat()
        .into_iter()
        .map(|(name, template)| (name.to_owned(), template.to_owned()))
        .collect();
    for (start, step) in [
        ("'ab'", "ns.x ~ ns.x"),
        ("'ab'", "ns.x + ns.x"),
        ("'ab'", "ns.x * 2"),
        ("'ab'", "'%s%s' % (ns.x, ns.x)"),
        ("'ab'", "'{0}{0}'.format(ns.x)"),
        ("'ab'", "[ns.x, ns.x]|join"),
        ("'ab'", "ns.x.replace('a', ns.x)"),
        ("'a'", "ns.x|indent(ns.x, true)"),
        ("'ab'", "(ns.x|e) + ns.x"),
        ("'é'", "[ns.x]|string ~ ns.x"),
        ("'<'", "ns.x|e|string|e|string ~ ns.x"),
        ("[1, 2]", "ns.x + ns.x"),
        ("(1, 2)", "ns.x * 2"),
        ("[1, 2]", "[ns.x, ns.x]|sum(start=[])"),
        ("7 ** 50", "ns.x * ns.x"),
        ("'ab'", "ns.x|tojson|tojson ~ ns.x"),
        ("'\\\\'", "ns.x|tojson"),
    ] {
        templates.push((
            format!("doubling by {step}"),
            doubling(start, step) + "{{ ns.x }}{{ ns.x|length }}",
        ));
    }
    for step in ["[ns.x]", "(ns.x,)", "{'k': ns.x}", "cycler(ns.x)", "joiner(ns.x)"] {
        templates.push((format!("nesting by {step}"), nesting(step)));
    }
    // A graph that is small, but endless to walk.
    for walk in [
        "{{ ns.x }}",
        "{{ ns.x|tojson }}",
        "{{ ns.x == ns.y }}",
        "{{ {ns.t: 1} }}",
        "{{ [ns.x, ns.y]|sort }}",
        "{{ ns.y in [ns.x] }}",
    ] {
        let graph = "{% set ns = namespace(x=[1], y=[1], t=(1,)) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}\
                     {% set ns.y = [ns.y, ns.y] %}{% set ns.t = (ns.t, ns.t) %}{% endfor %}";
        templates.push((format!("walking by {walk}"), format!("{graph}{walk}")));
    }
    let mut failures = Vec::new();
    for (name, template) in templates {
        let source = template.clone();
        let run = move || render(&source, r#"{"messages": []}"#, &RenderOptions::default());
        let (result, peak) = guarded(&name, run);
        match result {
            Err(error) if error.code() == "ERR_CHAT_TEMPLATE_LIMIT" => {}
            Err(error) => failures.push(format!("{name}: {error:?}")),
            Ok(rendered) => failures.push(format!("{name}: {} bytes", rendered.text.len())),
        }
        if peak > MOST_BYTES {
            failures.push(format!("{name}: {} MB", peak >> 20));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    deep_sources_are_refused();
    chains_of_scopes_are_dropped();
    deep_contexts_are_refused();
}

/// Text that would overflow the stack of a parser, or of whoever drops the tree.
fn deep_sources_are_refused() {
    let many = 100_000;
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("[", "", "]"),
        ("{1:", "1", "}"),
        ("-", "1", ""),
        ("not ", "1", ""),
        ("", "a", ".a"),
        ("", "a", "[0]"),
        ("", "a", "()"),
        ("", "a", "|upper"),
        ("", "a", " is string"),
        ("", "1", " + 1"),
        ("", "1", " ** 1"),
        ("", "1", " and 1"),
        ("", "1", " or 1"),
        ("", "1", " if 1"),
        ("1 if 1 else ", "1", ""),
        ("a(", "", ")"),
        ("a|b(", "", ")"),
        ("a[", "1", "]"),
    ] {
        let source = format!("{{{{ {}{middle}{} }}}}", open.repeat(many), close.repeat(many));
        let name = format!("{open}{middle}{close} many times");
        let run = move || render(&source, "{}", &RenderOptions::default()).map_err(|error| error.code());
        let (result, peak) = guarded(&name, run);
        let code = result.unwrap_err();
        assert!(
            code == "ERR_CHAT_TEMPLATE_LIMIT" || code == "ERR_CHAT_TEMPLATE_SYNTAX",
            "{name}: {code}"
        );
        assert!(peak < MOST_BYTES, "{name}: {} MB", peak >> 20);
    }
    for (open, close) in [
        ("{% if 1 %}", "{% endif %}"),
        ("{% for i in [1] %}", "{% endfor %}"),
        ("{% macro m() %}", "{% endmacro %}"),
        ("{% set x %}", "{% endset %}"),
        ("{% filter upper %}", "{% endfilter %}"),
        ("{% generation %}", "{% endgeneration %}"),
        ("{% set ", " = 1 %}"),
        ("{% for (", ") in [] %}{% endfor %}"),
    ] {
        let source = open.repeat(many) + &close.repeat(many);
        let run = move || render(&source, "{}", &RenderOptions::default()).map_err(|error| error.code());
        let (result, _) = guarded(open, run);
        let code = result.unwrap_err();
        assert!(
            code == "ERR_CHAT_TEMPLATE_LIMIT" || code == "ERR_CHAT_TEMPLATE_SYNTAX",
            "{open}: {code}"
        );
    }
}

/// Values that hold the scope they were made in, which holds the one before, and so on.
fn chains_of_scopes_are_dropped() {
    for (name, template) in [
        (
            "a chain of macros",
            "{% set ns = namespace(m=none) %}{% for i in range(20000) %}{% set x = ns.m %}{% macro m() %}{{ x }}{% endmacro %}{% set ns.m = m %}{% endfor %}ok",
        ),
        (
            "a chain of loops",
            "{% set ns = namespace(l=none) %}{% for i in range(20000) %}{% set x = ns.l %}{% for j in [1] recursive %}{% set ns.l = loop %}{% endfor %}{% endfor %}ok",
        ),
        (
            "a loop that remembers itself",
            "{% for i in [1, 2] %}{{ loop.changed([loop]) }}{% endfor %}ok",
        ),
        (
            "a namespace in itself, unseen",
            "{% set ns = namespace() %}{% set ns.x = ns %}{% set ns.y = [ns] %}ok",
        ),
    ] {
        let before = LIVE.load(Ordering::Relaxed);
        let (result, _) = guarded(name, move || render(template, "{}", &RenderOptions::default()));
        assert!(result.unwrap().text.ends_with("ok"), "{name}");
        let left = LIVE.load(Ordering::Relaxed).saturating_sub(before);
        assert!(left < 100_000, "{name} leaves {left} bytes");
    }
}

fn deep_contexts_are_refused() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let messages = open.repeat(10_000) + "1" + &close.repeat(10_000);
        let context = format!("{{\"messages\": {messages}}}");
        let run = move || render("{{ messages }}", &context, &RenderOptions::default());
        let (result, _) = guarded("a deep context", run);
        assert_eq!(result.unwrap_err().code(), "ERR_CHAT_TEMPLATE_LIMIT");
    }
}
