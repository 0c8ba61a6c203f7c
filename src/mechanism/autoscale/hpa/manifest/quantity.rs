//! Kubernetes quantities: `500m`, `2`, `1.5`, `1k`, `100Mi`, `2e3`, in thousandths.
//!
//! They are read exactly; a part of a thousandth is rounded up, as the API server does it.
//!
//! Source: kubernetes/apimachinery, pkg/api/resource/quantity.go: `MilliValue`.

/// Suffixes: the power of ten, or else of 1024.
const SUFFIXES: [(&str, i32, u32); 16] = [
    ("n", -9, 0),
    ("u", -6, 0),
    ("m", -3, 0),
    ("", 0, 0),
    ("k", 3, 0),
    ("M", 6, 0),
    ("G", 9, 0),
    ("T", 12, 0),
    ("P", 15, 0),
    ("E", 18, 0),
    ("Ki", 0, 1),
    ("Mi", 0, 2),
    ("Gi", 0, 3),
    ("Ti", 0, 4),
    ("Pi", 0, 5),
    ("Ei", 0, 6),
];

/// The quantity in thousandths, if the text is one that is not negative and not beyond all sense.
pub(super) fn parse_milli(text: &str) -> Option<i64> {
    let number = text.strip_prefix('+').unwrap_or(text);
    let end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
    let (number, suffix) = number.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 18 || fraction.contains('.') {
        return None;
    }
    let (ten, binary) = power(suffix)?;
    let mut value: u128 = digits.parse().ok()?;
    for _ in 0..binary {
        value = value.checked_mul(1_024)?;
    }
    let decimals = ten + 3 - i32::try_from(fraction.len()).ok()?;
    let scale = 10u128.checked_pow(decimals.unsigned_abs())?;
    let milli = if decimals >= 0 { value.checked_mul(scale)? } else { value.div_ceil(scale) };
    i64::try_from(milli).ok()
}

/// The powers of ten and of 1024 that a suffix means.
fn power(suffix: &str) -> Option<(i32, u32)> {
    if let Some((_, ten, binary)) = SUFFIXES.iter().find(|(name, ..)| *name == suffix) {
        return Some((*ten, *binary));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let plain =
        !digits.is_empty() && digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| exponent.parse().ok().map(|ten| (ten, 0))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_exact() {
        for (text, milli) in [
            ("500m", 500),
            ("2", 2_000),
            ("1.5", 1_500),
            ("0.1", 100),
            ("1k", 1_000_000),
            ("1Ki", 1_024_000),
            ("0.5Ki", 512_000),
            ("100Mi", 104_857_600_000),
            ("2e3", 2_000_000),
            ("2E-1", 200),
            ("+1", 1_000),
            (".5", 500),
            ("1.", 1_000),
            ("100u", 1),
            ("1n", 1),
            ("1500u", 2),
            ("0", 0),
            ("1E", 1_000_000_000_000_000_000_000i128),
        ] {
            assert_eq!(parse_milli(text), i64::try_from(milli).ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_quantity_is_none() {
        let wrong =
            ["", "m", "-1", "1 k", "1K", "1mi", "1.2.3", "1e", "1e+", "1e999", "abc", "1Ei"];
        for text in wrong.into_iter().chain(["9999999999999999999", "."]) {
            assert_eq!(parse_milli(text), None, "{text}");
        }
    }
}
