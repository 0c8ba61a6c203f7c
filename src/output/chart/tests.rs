//! The rules of every figure, checked on the layout: nothing overlaps, nothing is clipped, what is
//! left out is said, and the same figure gives the same bytes.

use super::ink::{self, Ink};
use super::sheet::{Align, Mark, Point, Words};
use super::*;

const LONG: &str = "refunds-and-chargebacks-with-manual-review-by-the-second-line-of-support";

fn caption() -> Caption {
    Caption {
        title: "Sojourn <of> tasks & more".to_owned(),
        subtitle: "30 replications, 95 % t intervals".to_owned(),
        footer: "scenario 3f9a1c77, seed 42".to_owned(),
    }
}

fn lines(points: Vec<(f64, f64)>) -> Lines {
    Lines::new(Quantity::seconds("time"), Quantity::seconds("sojourn"))
        .with(Series::straight("p95", points))
}

fn waves(series: usize) -> Lines {
    let wave =
        |k: usize| (0..200).map(move |i| (f64::from(i) * 36.5, ((i % 17) as usize * k) as f64));
    let plot = Lines::new(Quantity::seconds("time"), Quantity::count("waiting", "tasks"));
    (0..series)
        .fold(plot, |plot, k| plot.with(Series::steps(format!("{LONG} {k}"), wave(k).collect())))
}

fn ribboned() -> Lines {
    let points: Vec<(f64, f64)> = (0..50)
        .map(|i| (f64::from(i) * 60.0, if i % 9 == 4 { f64::NAN } else { f64::from(i) }))
        .collect();
    let ribbon = points.iter().map(|&(_, y)| (0.8 * y, 1.3 * y)).collect();
    Lines::new(Quantity::seconds("time"), Quantity::seconds("p99"))
        .with(Series::straight("p99", points).ribbon(ribbon))
        .log_y()
}

fn bars(count: usize) -> Bars {
    let bar = |i: usize| Bar {
        label: format!("{} {i}", if i.is_multiple_of(5) { LONG } else { "agent" }),
        value: if i == 3 { f64::NAN } else { (i * 37 % 101) as f64 / 100.0 },
        interval: i.is_multiple_of(2).then_some((0.1, 0.2)),
    };
    let bars = (0..count).map(bar).collect();
    Bars { quantity: Quantity::share("utilisation"), things: "agents".to_owned(), bars }
}

fn whiskers(count: usize) -> Whiskers {
    let row = |i: usize| {
        let estimate = (i as f64 - 2.0) * 0.7;
        let interval = (i != 1).then_some((estimate - 0.5, estimate + 0.5));
        let label = if i == 0 { LONG.replace('-', " ") + LONG } else { format!("policy {i}") };
        Difference { label, estimate, interval, verdict: Verdict::of(interval, true) }
    };
    let quantity = Quantity::seconds("p95 sojourn minus that of 'production'");
    Whiskers { quantity, lower_is_better: true, rows: (0..count).map(row).collect() }
}

fn heatmap(rows: usize, columns: usize, scale: Scale) -> Heatmap {
    let cell = |i: usize| match i {
        1 => Cell::Unstable,
        2 => Cell::Missing,
        _ => Cell::Value((i * i) as f64 + 0.5),
    };
    Heatmap {
        quantity: Quantity::seconds("p95 sojourn of all classes"),
        scale,
        x: "offered load (tasks/min)".to_owned(),
        columns: (0..columns).map(|i| format!("load {i}")).collect(),
        y: "agents".to_owned(),
        rows: (0..rows).map(|i| format!("{i} agents")).collect(),
        cells: (0..rows).map(|r| (0..columns).map(|c| cell(r * columns + c)).collect()).collect(),
    }
}

fn timeline(pools: usize, lanes: usize) -> Timeline {
    let wave = |k: usize| -> Vec<(f64, f64)> {
        (0..120).map(|i| (f64::from(i) * 60.0, ((i as usize * k) % 23) as f64)).collect()
    };
    let series = |y: Quantity, names: &[&str]| Panel::Series {
        y,
        series: (1..).zip(names).map(|(k, name)| Series::steps(*name, wave(k))).collect(),
    };
    let state = |word: &str, colour, passes| LaneState { word: word.to_owned(), colour, passes };
    let lane = |i: usize| Lane {
        name: if i == 1 { LONG.to_owned() } else { format!("rule {i}") },
        spans: (0..8).map(|k| (900.0 * k as f64, (850 * k + 90 * i) as f64, k % 2)).collect(),
    };
    let mut panels =
        vec![series(Quantity::plain("tasks", "1/s"), &["arrivals", "completed", LONG])];
    panels.extend((0..pools).map(|pool| {
        let y = Quantity::count(format!("agents of {pool}"), "");
        series(y, &["ready", "starting", "desired", "busy", "down", "gone"])
    }));
    panels.push(Panel::Lanes {
        things: "alerts".to_owned(),
        states: vec![state("firing", 3, false), state("pending", 4, true)],
        lanes: (0..lanes).map(lane).collect(),
    });
    Timeline { until_s: 7200.0, panels, notes: Vec::new() }
}

fn samples() -> Vec<Figure> {
    let long =
        Caption { title: LONG.replace('-', " ").repeat(3), subtitle: LONG.repeat(9), ..caption() };
    let spread: Vec<f64> = (0..3000).map(|i| f64::from(i) * 0.01).collect();
    let classes = vec![("billing".to_owned(), spread), (LONG.to_owned(), vec![5.0; 10])];
    let ecdf = Lines::ecdf(Quantity::seconds("sojourn"), classes);
    let plots: Vec<Plot> = vec![
        waves(3).into(),
        waves(12).into(),
        waves(8).objective(Along::Y, 60.0, LONG.replace('-', " ")).into(),
        waves(8).objective(Along::Y, 0.0, "objective: none").into(),
        ribboned().into(),
        ribboned().objective(Along::Y, 30.0, "objective: p99 at most 30 s").into(),
        ecdf.clone().into(),
        ecdf.objective(Along::X, 29.0, LONG.repeat(3)).into(),
        bars(1).into(),
        bars(25).into(),
        bars(60).into(),
        bars(500).into(),
        whiskers(1).into(),
        whiskers(7).into(),
        whiskers(90).into(),
        heatmap(1, 1, Scale::Linear).into(),
        heatmap(6, 9, Scale::Log).into(),
        heatmap(40, 60, Scale::Linear).into(),
        Lines::new(Quantity::plain("tokens", "tokens"), Quantity::plain("cost", "$"))
            .with(Series::straight("", vec![(2e11, 1e12), (9e11, 3e13)]))
            .into(),
        lines(vec![]).into(),
        lines(vec![(3600.0, 4.0)]).into(),
        lines(vec![(3600.0, 4.0)]).log_y().into(),
        timeline(1, 3).into(),
        timeline(3, 40).into(),
        timeline(0, 0).into(),
    ];
    let figures = plots.into_iter().map(|plot| Figure::new(caption(), plot));
    figures.chain([Figure::new(long, waves(8))]).collect()
}

fn words(figure: &Figure) -> Vec<Words> {
    let marks = figure.sheet().marks.into_iter();
    marks
        .filter_map(|mark| if let Mark::Words(words) = mark { Some(words) } else { None })
        .collect()
}

fn texts(figure: &Figure) -> Vec<String> {
    words(figure).into_iter().map(|words| words.text).collect()
}

/// The box (left, top, right, bottom) that words fill.
fn extent(words: &Words) -> (f64, f64, f64, f64) {
    let long = text::width(&words.text, words.face);
    let before = match words.align {
        Align::Left => 0.0,
        Align::Centre => long / 2.0,
        Align::Right => long,
    };
    let (up, down) = (0.74 * words.face.size, 0.2 * words.face.size);
    let (x, y) = words.at;
    if words.upward {
        (x - up, y + before - long, x + down, y + before)
    } else {
        (x - before, y - up, x - before + long, y + down)
    }
}

/// The lines drawn in `ink`, two pixels wide: those of a series.
fn drawn(figure: &Figure, ink: Ink) -> Vec<Vec<Point>> {
    let line = |mark: Mark| match mark {
        Mark::Line { points, ink: own, width } if own == ink && width == 2.0 => Some(points),
        _ => None,
    };
    figure.sheet().marks.into_iter().filter_map(line).collect()
}

#[test]
fn words_do_not_overlap_and_are_not_clipped() {
    for (which, figure) in samples().iter().enumerate() {
        let sheet = figure.sheet();
        let words = words(figure);
        for (i, one) in words.iter().enumerate() {
            let (left, top, right, bottom) = extent(one);
            let inside =
                left >= 0.0 && top >= 0.0 && right <= sheet.width && bottom <= sheet.height;
            assert!(inside, "figure {which}: {:?} is clipped", one.text);
            for other in &words[..i] {
                let (l, t, r, b) = extent(other);
                let apart = r <= left || right <= l || b <= top || bottom <= t;
                assert!(apart, "figure {which}: {:?} is over {:?}", one.text, other.text);
            }
        }
    }
}

#[test]
fn the_same_figure_gives_the_same_bytes() {
    for figure in samples() {
        assert_eq!(figure.svg(), figure.clone().svg());
    }
    for figure in samples().into_iter().step_by(4) {
        assert_eq!(figure.png(), figure.clone().png());
    }
}

#[test]
fn a_png_has_twice_the_logical_size() {
    for figure in samples().into_iter().step_by(3) {
        let (sheet, png) = (figure.sheet(), figure.png());
        let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        let (width, height) = (2.0 * sheet.width, 2.0 * sheet.height);
        assert_eq!((f64::from(number(16)), f64::from(number(20))), (width, height));
        let head = format!("<svg width=\"{}\" height=\"{}\"", sheet.width, sheet.height);
        assert!(figure.svg().starts_with(&head));
    }
    let size = Figure::new(caption(), waves(2)).sheet();
    assert_eq!((size.width, size.height), (960.0, 540.0));
}

#[test]
fn an_svg_holds_its_words() {
    let plot = waves(1).with(Series::straight("p95", vec![(0.0, 1.0), (7200.0, 2.0)]));
    let svg = Figure::new(caption(), plot.objective(Along::Y, 9.0, "at most 9 tasks")).svg();
    for part in [
        "<title>Sojourn &lt;of> tasks &amp; more</title>",
        "Sojourn &lt;of&gt; tasks &amp; more",
        "30 replications, 95 % t intervals",
        "scenario 3f9a1c77, seed 42",
        "refunds-and-ch",
        "p95",
        "at most 9 tasks",
        "time (min)",
        "waiting (tasks)",
    ] {
        assert!(svg.contains(part), "{part} is missing");
    }
}

#[test]
fn what_is_left_out_is_said() {
    let said = |plot: Plot, part: &str| {
        let texts = texts(&Figure::new(caption(), plot));
        assert!(texts.iter().any(|text| text.contains(part)), "{part}: {texts:?}");
    };
    said(waves(12).into(), "; 8 of 12 series shown");
    let zeros = lines(vec![(0.0, 0.0), (1.0, 2.0), (2.0, -1.0), (3.0, 4.0)]).log_y();
    said(zeros.into(), "; 2 values not above zero are gaps (log axis)");
    let sample = vec![("all".to_owned(), vec![0.0, 1.0, 2.0])];
    said(Lines::ecdf(Quantity::seconds("wait"), sample).into(), "; 1 value not above zero");
    said(bars(500).into(), "; 500 agents, counted by value; 1 of them without data");
    said(whiskers(90).into(), "; 60 of 90 rows shown");
    said(heatmap(40, 60, Scale::Linear).into(), "; too many cells");
    said(timeline(1, 40).into(), "; agents of 0: 5 of 6 shown; alerts: 12 of 40 shown");
}

#[test]
fn without_data_a_figure_says_so() {
    let nothing = vec![("all".to_owned(), vec![f64::NAN, 0.0])];
    let plots: Vec<Plot> = vec![
        lines(vec![]).into(),
        lines(vec![(f64::NAN, 1.0), (2.0, f64::INFINITY)]).into(),
        lines(vec![(1.0, 0.0)]).log_y().into(),
        Lines::ecdf(Quantity::seconds("wait"), nothing).into(),
        bars(0).into(),
        Timeline { until_s: 60.0, panels: Vec::new(), notes: Vec::new() }.into(),
        Timeline { until_s: f64::NAN, ..timeline(1, 1) }.into(),
        whiskers(0).into(),
        heatmap(0, 0, Scale::Linear).into(),
        Heatmap { cells: vec![vec![Cell::Value(f64::NAN)]], ..heatmap(1, 1, Scale::Log) }.into(),
    ];
    for plot in plots {
        let figure = Figure::new(Caption::default(), plot);
        let texts = texts(&figure);
        assert!(texts.iter().any(|text| text == "no data"), "{texts:?}");
        // Nothing but this and what the subtitle says.
        assert!(texts.len() <= 2, "{texts:?}");
        assert!(figure.png().len() > 100);
    }
}

#[test]
fn odd_data_do_not_panic() {
    let odd = [0.0, -0.0, 5e-324, 1e-12, 1.0, 1e15, 1e300, f64::MAX, f64::MIN, -3.0, f64::NAN];
    for one in odd {
        for two in odd {
            let points = vec![(one, two), (two, one), (1.0, two)];
            let figures = [lines(points.clone()), lines(points.clone()).log_y()]
                .map(|plot| Figure::new(caption(), plot.objective(Along::Y, one, "one")));
            let samples = vec![("all".to_owned(), vec![one, two])];
            let ecdf = Lines::ecdf(Quantity::plain("x", ""), samples).objective(Along::X, two, "x");
            let mut whiskers = whiskers(3);
            whiskers.rows[0].estimate = one;
            whiskers.rows[1].interval = Some((one, two));
            let mut bars = bars(70);
            bars.bars[0].value = one;
            bars.bars[1].interval = Some((two, one));
            let map = heatmap(2, 2, Scale::Log);
            let cells = vec![vec![Cell::Value(one), Cell::Value(two)], vec![Cell::Unstable; 2]];
            let map = Heatmap { cells, ..map };
            let mut time = timeline(0, 2);
            if let Some(Panel::Lanes { lanes, .. }) = time.panels.last_mut() {
                lanes[0].spans = vec![(one, two, 0), (two, one, 1), (0.0, one, 0)];
            }
            time.until_s = two;
            let plots: [Plot; 5] =
                [ecdf.into(), whiskers.into(), bars.into(), map.into(), time.into()];
            for plot in plots {
                assert!(Figure::new(caption(), plot).svg().ends_with("</svg>\n"));
            }
            for figure in figures {
                assert!(figure.svg().ends_with("</svg>\n"));
            }
        }
    }
}

#[test]
fn values_that_are_not_finite_are_gaps() {
    let points = vec![(0.0, 1.0), (1.0, 2.0), (2.0, f64::NAN), (3.0, 2.0), (4.0, 1.0)];
    let pieces = drawn(&Figure::new(Caption::default(), lines(points)), ink::series(0));
    // Both pieces of the line, and its sample in the legend.
    assert_eq!(pieces.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2]);
    assert!(pieces[0][1].0 < pieces[1][0].0);
}

#[test]
fn a_level_holds_until_the_next_point() {
    let points = vec![(0.0, 0.0), (10.0, 3.0), (20.0, f64::NAN), (30.0, 1.0), (40.0, 1.0)];
    let plot = Lines::new(Quantity::seconds("time"), Quantity::count("waiting", "tasks"))
        .with(Series::steps("", points));
    let pieces = drawn(&Figure::new(Caption::default(), plot), ink::series(0));
    let [first, second] = &pieces[..] else { panic!("{pieces:?}") };
    let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = first[..] else { panic!("{first:?}") };
    assert!(y0 == y1 && x1 == x2 && y2 == y3 && y2 < y1, "{first:?}");
    // From 0 s to 20 s, where the gap begins; a quarter of the axis for each 10 s.
    assert!((x3 - x0 - 2.0 * (x1 - x0)).abs() < 1e-9, "{first:?}");
    assert_eq!(second.len(), 2);
}

#[test]
fn the_legend_is_beside_the_data() {
    let figure = Figure::new(Caption::default(), waves(8));
    let data = (0..8).flat_map(|i| drawn(&figure, ink::series(i))).filter(|line| line.len() > 2);
    let last = data.flatten().map(|point| point.0).fold(0.0, f64::max);
    let names: Vec<Words> =
        words(&figure).into_iter().filter(|words| words.text.starts_with("refunds")).collect();
    assert_eq!(names.len(), 8);
    for name in names {
        assert!(name.at.0 - 40.0 > last && name.text.contains('…'), "{}", name.text);
    }
}

#[test]
fn cells_without_a_value_have_no_number() {
    let map = Heatmap { quantity: Quantity::plain("cost", "$/h"), ..heatmap(1, 4, Scale::Linear) };
    let figure = Figure::new(Caption::default(), map);
    let white_or_black = |words: &Words| [ink::WHITE, ink::BLACK].contains(&words.ink);
    let numbers: Vec<String> =
        words(&figure).into_iter().filter(white_or_black).map(|words| words.text).collect();
    assert_eq!(numbers, ["0.500", "9.50"]);
    assert!(texts(&figure).contains(&"unstable".to_owned()));
}

#[test]
fn a_histogram_counts_every_bar_once() {
    let texts = texts(&Figure::new(Caption::default(), bars(500)));
    assert!(texts.contains(&"95 to 100 %".to_owned()), "{texts:?}");
    // Of 37 i modulo 101, i from 0 to 499: each residue 4 or 5 times; one bar has no value.
    let counts: Vec<u32> = texts
        .windows(2)
        .filter(|pair| pair[0].contains(" to "))
        .map(|pair| pair[1].parse().unwrap())
        .collect();
    assert_eq!((counts.len(), counts.iter().sum::<u32>()), (20, 499));
}

#[test]
fn a_difference_of_shares_is_in_points() {
    let quantity = Quantity::share("utilisation minus that of 'production'");
    let figure = Figure::new(Caption::default(), Whiskers { quantity, ..whiskers(3) });
    let title = "utilisation minus that of 'production' (percentage points)".to_owned();
    assert!(texts(&figure).contains(&title));
    assert!(texts(&figure).contains(&"−140 [−190, −90]".to_owned()), "{:?}", texts(&figure));
}

#[test]
fn verdicts() {
    assert_eq!(Verdict::of(Some((-2.0, -1.0)), true), Verdict::Better);
    assert_eq!(Verdict::of(Some((-2.0, -1.0)), false), Verdict::Worse);
    assert_eq!(Verdict::of(Some((1.0, 2.0)), true), Verdict::Worse);
    assert_eq!(Verdict::of(Some((1.0, 2.0)), false), Verdict::Better);
    assert_eq!(Verdict::of(Some((-1.0, 2.0)), true), Verdict::Unclear);
    assert_eq!(Verdict::of(None, true), Verdict::Unclear);
}
