//! How mistakes are shown: each with its line, a caret under the place and what to write instead,
//! in the style of rustc (by `annotate-snippets`), in the order of their places; then how many
//! there are.
//!
//! A mistake in a file that the scenario refers to is shown in that file, whose path is given
//! beside the scenario's. A place that runs over several lines is marked on its first line only.
//! Lines wider than 140 columns are cut around the place. The same input gives the same bytes on
//! every terminal.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, normalize_untrusted_str};

use crate::base::read::{Inside, Mistake, Place};

/// What a text editor may put at the start of a file; not part of any line.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// All `mistakes` in `text`, which was read from `file_name`, for a person to read; ends with a
/// newline. With `colour`, ANSI escapes are inside. Without mistakes, an empty text.
pub fn render(file_name: &str, text: &str, mistakes: &[Mistake], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut sorted: Vec<&Mistake> = mistakes.iter().collect();
    sorted.sort_by_key(|mistake| mistake.order());
    let mut files: Vec<String> = Vec::new();
    let mut shown = String::new();
    for mistake in sorted {
        let (name, text, place) = match &mistake.inside {
            Some(Inside { source, place }) => {
                (beside(file_name, &source.name), source.text.as_str(), place)
            }
            None => (file_name.to_string(), text, &mistake.place),
        };
        let source = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let skipped = text.len() - source.len();
        let mut caret = AnnotationKind::Primary.span(marked(source, place, skipped));
        if !mistake.label.is_empty() {
            caret = caret.label(normalize_untrusted_str(&mistake.label));
        }
        let snippet = Snippet::source(source).path(name.as_str()).annotation(caret);
        let mut group = Level::ERROR.primary_title(mistake.message.as_str()).element(snippet);
        if let Some(help) = &mistake.help {
            group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
        }
        shown.push_str(&renderer.render(&[group]));
        shown.push_str("\n\n");
        if !files.contains(&name) {
            files.push(name);
        }
    }
    let files = files.join(" and ");
    match mistakes.len() {
        0 => {}
        1 => shown.push_str(&format!("1 mistake in {files}\n")),
        n => shown.push_str(&format!("{n} mistakes in {files}\n")),
    }
    shown
}

/// The path of a file that a scenario refers to, from where the scenario's own path counts. What
/// follows the scenario's path in its name ("with --set") is no part of it.
fn beside(scenario: &str, name: &str) -> String {
    let end = scenario.find(".toml").unwrap_or(scenario.len());
    match scenario[..end].rfind('/') {
        Some(slash) if !name.starts_with('/') => format!("{}{name}", &scenario[..=slash]),
        _ => name.to_string(),
    }
}

/// The part of `place` that the caret marks: inside `source`, on whole characters, on one line.
fn marked(source: &str, place: &Place, skipped: usize) -> Place {
    let inside = |at: usize| at.saturating_sub(skipped).min(source.len());
    let start = source.floor_char_boundary(inside(place.start));
    let end = source.ceil_char_boundary(inside(place.end)).max(start);
    let line = source[start..].find(['\n', '\r']).map_or(source.len(), |length| start + length);
    start..end.min(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::Source;
    use std::sync::Arc;

    fn mistake(place: Place) -> Mistake {
        Mistake {
            place,
            message: String::from("`x`: expected a duration"),
            label: String::from("expected a duration"),
            help: Some(String::from("write \"30s\"")),
            inside: None,
        }
    }

    /// One mistake at `place` of `text` is shown at `at`, as this source line with these carets.
    fn check(text: &str, place: Place, at: &str, line: &str, carets: &str) {
        let expected = format!(
            "error: `x`: expected a duration\n --> a.toml:{at}\n  |\n1 |{line}\n  |{carets} \
             expected a duration\n  |\n  = help: write \"30s\"\n\n1 mistake in a.toml\n"
        );
        assert_eq!(render("a.toml", text, &[mistake(place)], false), expected);
    }

    #[test]
    fn a_caret_stands_under_the_place() {
        check("x = 30", 4..6, "1:5", " x = 30", "     ^^");
        check("x = 30\r\ny = 4\r\n", 4..8, "1:5", " x = 30", "     ^^");
        check("\u{FEFF}x = 30\n", 7..9, "1:5", " x = 30", "     ^^");
    }

    #[test]
    fn tabs_and_wide_characters_keep_the_caret_in_its_column() {
        check("\tx\t=\t30 # ü\n", 5..7, "1:6", "     x    =    30 # ü", "               ^^");
        // Each of the two ideographs is two columns wide.
        check("é = 'ü漢字' # ü", 5..15, "1:5", " é = 'ü漢字' # ü", "     ^^^^^^^");
    }

    #[test]
    fn the_end_of_the_file_is_a_place() {
        check("x = 'abc", 8..8, "1:9", " x = 'abc", "         ^");
        check("x = 'abc\n", 9..9, "1:10", " x = 'abc", "         ^");
        check("", 0..0, "1:1", "", " ^");
        check("\n\n", 0..0, "1:1", "", " ^");
    }

    #[test]
    fn places_that_no_line_holds_are_brought_inside() {
        check("x = 1", 900..901, "1:6", " x = 1", "      ^");
        // One byte of the three of an ideograph: the whole character.
        check("x = 漢", 5..6, "1:5", " x = 漢", "     ^^");
        check("x = [\n 1,\n 2]\ny = 3\n", 4..14, "1:5", " x = [", "     ^");
        check("x = '\u{1b}[31m'\n", 4..10, "1:5", " x = '␛[31m'", "     ^^^^^^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("x = [{}'here', {}2]", "1,".repeat(200), "2, ".repeat(200));
        let before = "1,".repeat(26);
        let line = format!(" ...{before}'here', {}2...", "2, ".repeat(23));
        check(&text, 405..411, "1:406", &line, &format!("{}^^^^^^", " ".repeat(56)));
    }

    #[test]
    fn all_mistakes_are_shown_in_order_of_place() {
        let bare = Mistake { label: String::new(), help: None, ..mistake(12..14) };
        let expected = "\
error: `x`: expected a duration
 --> a.toml:1:5
  |
1 | x = 30
  |     ^^ expected a duration
  |
  = help: write \"30s\"

error: `x`: expected a duration
 --> a.toml:3:5
  |
3 | y = 40
  |     ^^

2 mistakes in a.toml
";
        let mistakes = [bare, mistake(4..6)];
        assert_eq!(render("a.toml", "x = 30\n\ny = 40\n", &mistakes, false), expected);
        assert_eq!(render("a.toml", "x = 30", &[], false), "");
    }

    #[test]
    fn a_mistake_in_another_file_is_shown_there() {
        let source =
            Source { name: String::from("rules.yaml"), text: String::from("a: 1\nb: x\n") };
        let source = Arc::new(source);
        let inside = |place| Some(Inside { source: source.clone(), place });
        let second = Mistake { help: None, inside: inside(8..9), ..mistake(4..6) };
        let first = Mistake { help: None, inside: inside(3..4), ..mistake(4..6) };
        let expected = "\
error: `x`: expected a duration
 --> scenarios/rules.yaml:1:4
  |
1 | a: 1
  |    ^ expected a duration

error: `x`: expected a duration
 --> scenarios/rules.yaml:2:4
  |
2 | b: x
  |    ^ expected a duration

2 mistakes in scenarios/rules.yaml
";
        let shown = render("scenarios/a.toml with --set", "x = 30", &[second, first], false);
        assert_eq!(shown, expected);
        let own = mistake(0..1);
        let other = Mistake { inside: inside(3..4), ..mistake(4..6) };
        let shown = render("a.toml", "x = 30", &[other, own], false);
        assert!(shown.ends_with("\n2 mistakes in a.toml and rules.yaml\n"), "{shown}");
        assert_eq!(beside("a/b.toml at the point rate=5/s", "c.yaml"), "a/c.yaml");
        assert_eq!(beside("a/b.toml", "/c.yaml"), "/c.yaml");
    }

    #[test]
    fn colour_is_ansi_escapes() {
        let bare = Mistake { label: String::new(), help: None, ..mistake(4..6) };
        let shown = render("a.toml", "x = 30", &[bare], true);
        assert!(shown.starts_with("\u{1b}[1m\u{1b}[91merror\u{1b}[0m"), "{shown:?}");
        assert!(shown.contains("\u{1b}[91m^^\u{1b}[0m"), "{shown:?}");
    }
}
