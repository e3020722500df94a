//! The clock that `strftime_now` reads.

use std::fmt::Write;

/// A wall-clock time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// Year, 1 to 9999.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: i8,
    /// Day of the month, 1 to 31.
    pub day: i8,
    /// Hour, 0 to 23.
    pub hour: i8,
    /// Minute, 0 to 59.
    pub minute: i8,
    /// Second, 0 to 59.
    pub second: i8,
    /// Microsecond, 0 to 999,999.
    pub microsecond: i32,
}

impl LocalTime {
    /// This machine's local time.
    #[must_use]
    pub fn now() -> Self {
        let now = jiff::Zoned::now();
        Self {
            year: now.year(),
            month: now.month(),
            day: now.day(),
            hour: now.hour(),
            minute: now.minute(),
            second: now.second(),
            microsecond: i32::from(now.millisecond()) * 1_000 + i32::from(now.microsecond()),
        }
    }

    /// Days since Monday, 1 January of the year 1 in the calendar of today.
    fn days(&self) -> i32 {
        let before = i32::from(self.year) - 1;
        before * 365 + before / 4 - before / 100 + before / 400 + self.day_of_year() - 1
    }

    /// Day of the year from 1.
    fn day_of_year(&self) -> i32 {
        const BEFORE: [i32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let month = usize::try_from(self.month - 1).unwrap_or(0).min(11);
        BEFORE[month] + i32::from(month > 1 && is_leap(self.year)) + i32::from(self.day)
    }

    /// Day of the week from Monday, 0.
    fn weekday(&self) -> i32 {
        self.days().rem_euclid(7)
    }

    /// Year and week by ISO 8601.
    fn iso_week(&self) -> (i32, i32) {
        let year = i32::from(self.year);
        let week = (self.day_of_year() - 1 - self.weekday() + 10) / 7;
        if week < 1 {
            let last = Self {
                year: self.year - 1,
                month: 12,
                day: 31,
                ..*self
            };
            return (year - 1, last.iso_week().1);
        }
        let next = Self {
            year: self.year + 1,
            month: 1,
            day: 4,
            ..*self
        };
        let next_monday = next.days() - next.weekday();
        if self.days() >= next_monday {
            (year + 1, 1)
        } else {
            (year, week)
        }
    }
}

fn is_leap(year: i16) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Python's `strftime` of a time without a zone, in the C locale.
pub(crate) fn strftime(time: &LocalTime, format: &str) -> String {
    let mut out = String::with_capacity(format.len() * 2);
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let flags = after
            .find(|flag| !matches!(flag, '-' | '_' | '0' | '^' | '#'))
            .unwrap_or(after.len());
        let (flag, after) = after.split_at(flags);
        let Some(directive) = after.chars().next() else {
            out.push_str(&rest[at..]);
            return out;
        };
        rest = &after[directive.len_utf8()..];
        let mut text = String::new();
        if write_directive(&mut text, time, directive, flag.chars().next_back()).is_some() {
            out.push_str(&if flag.contains('^') {
                text.to_uppercase()
            } else {
                text
            });
        } else {
            out.push('%');
            out.push_str(flag);
            out.push(directive);
        }
    }
    out.push_str(rest);
    out
}

/// A number of a fixed width, which a flag may change.
fn number(out: &mut String, value: i32, width: usize, fill: char, flag: Option<char>) {
    let fill = match flag {
        Some('-') => None,
        Some('_') => Some(' '),
        Some('0') => Some('0'),
        _ => Some(fill),
    };
    let digits = value.to_string();
    if let Some(fill) = fill {
        out.extend(std::iter::repeat_n(fill, width.saturating_sub(digits.len())));
    }
    out.push_str(&digits);
}

/// Writes one directive; none if there is no such directive.
fn write_directive(out: &mut String, time: &LocalTime, directive: char, flag: Option<char>) -> Option<()> {
    let weekday = usize::try_from(time.weekday()).ok()?;
    let month = usize::try_from(time.month - 1).ok()?.min(11);
    let hour = i32::from(time.hour);
    let hour12 = if hour % 12 == 0 { 12 } else { hour % 12 };
    let year = i32::from(time.year);
    let zero = |out: &mut String, value: i32, width: usize| number(out, value, width, '0', flag);
    match directive {
        'a' => out.push_str(&DAYS[weekday][..3]),
        'A' => out.push_str(DAYS[weekday]),
        'b' | 'h' => out.push_str(&MONTHS[month][..3]),
        'B' => out.push_str(MONTHS[month]),
        'd' => zero(out, i32::from(time.day), 2),
        'e' => number(out, i32::from(time.day), 2, ' ', flag),
        'm' => zero(out, i32::from(time.month), 2),
        'y' => zero(out, year % 100, 2),
        'Y' => number(
            out,
            year,
            if flag == Some('0') || flag == Some('_') {
                4
            } else {
                0
            },
            '0',
            flag,
        ),
        'C' => zero(out, year / 100, 2),
        'H' => zero(out, hour, 2),
        'k' => number(out, hour, 2, ' ', flag),
        'I' => zero(out, hour12, 2),
        'l' => number(out, hour12, 2, ' ', flag),
        'M' => zero(out, i32::from(time.minute), 2),
        'S' => zero(out, i32::from(time.second), 2),
        'f' => write!(out, "{:06}", time.microsecond).ok()?,
        'p' => out.push_str(match (hour < 12, flag) {
            (true, Some('#')) => "am",
            (false, Some('#')) => "pm",
            (true, _) => "AM",
            (false, _) => "PM",
        }),
        'P' => out.push_str(if hour < 12 { "am" } else { "pm" }),
        'j' => zero(out, time.day_of_year(), 3),
        'u' => zero(out, time.weekday() + 1, 1),
        'w' => zero(out, (time.weekday() + 1) % 7, 1),
        'U' => zero(out, (time.day_of_year() + 6 - (time.weekday() + 1) % 7) / 7, 2),
        'W' => zero(out, (time.day_of_year() + 6 - time.weekday()) / 7, 2),
        'V' => zero(out, time.iso_week().1, 2),
        'G' => zero(out, time.iso_week().0, 4),
        'g' => zero(out, time.iso_week().0 % 100, 2),
        'D' | 'x' => out.push_str(&strftime(time, "%m/%d/%y")),
        'F' => out.push_str(&strftime(time, "%Y-%m-%d")),
        'R' => out.push_str(&strftime(time, "%H:%M")),
        'T' | 'X' => out.push_str(&strftime(time, "%H:%M:%S")),
        'r' => out.push_str(&strftime(time, "%I:%M:%S %p")),
        'c' => out.push_str(&strftime(time, "%a %b %e %H:%M:%S %Y")),

        // A time without a zone has neither name nor offset.
        'z' | 'Z' => {}
        'n' => out.push('\n'),
        't' => out.push('\t'),
        '%' => out.push('%'),
        _ => return None,
    }
    Some(())
}
