//! What tells series apart besides colour, and how dense lines are kept small: markers, dashes,
//! and thinning to what a column of pixels can show.

use super::ink::{Ink, WHITE};
use super::sheet::{Point, Sheet};

/// On and off lengths in logical pixels, by the number of the colour.
const DASHES: [&[f64]; 4] = [&[8.0, 4.0], &[3.0, 3.0], &[10.0, 3.0, 2.0, 3.0], &[14.0, 5.0]];

/// The dash that belongs to the `index`-th colour.
pub(super) fn dash(index: usize) -> &'static [f64] {
    DASHES[index % DASHES.len()]
}

/// A line along `points`, interrupted by `pattern` (on, off, ...).
pub(super) fn dashed(sheet: &mut Sheet, points: &[Point], ink: Ink, width: f64, pattern: &[f64]) {
    let (mut part, mut left) = (0, pattern[0]);
    let mut stroke: Vec<Point> = points.first().copied().into_iter().collect();
    for ends in points.windows(2) {
        let ((mut x, mut y), (to_x, to_y)) = (ends[0], ends[1]);
        loop {
            let (dx, dy) = (to_x - x, to_y - y);
            let far = (dx * dx + dy * dy).sqrt();
            if far < left {
                left -= far;
                stroke.push((to_x, to_y));
                break;
            }
            (x, y) = (x + dx * left / far.max(1e-9), y + dy * left / far.max(1e-9));
            stroke.push((x, y));
            if part % 2 == 0 {
                sheet.line(std::mem::take(&mut stroke), ink, width);
            }
            stroke = vec![(x, y)];
            part = (part + 1) % pattern.len();
            left = pattern[part];
        }
    }
    if part % 2 == 0 && stroke.len() > 1 {
        sheet.line(stroke, ink, width);
    }
}

/// The marker that belongs to the `index`-th colour, within a white seam.
pub(super) fn marker(sheet: &mut Sheet, index: usize, at: Point, ink: Ink) {
    shape(sheet, index, at, 6.0, WHITE);
    shape(sheet, index, at, 4.5, ink);
}

fn shape(sheet: &mut Sheet, index: usize, at: Point, radius: f64, ink: Ink) {
    const DISC: &[Point] = &[];
    const SQUARE: &[Point] = &[(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)];
    const UP: &[Point] = &[(0.0, -1.1), (1.0, 0.75), (-1.0, 0.75)];
    const DIAMOND: &[Point] = &[(0.0, -1.15), (1.15, 0.0), (0.0, 1.15), (-1.15, 0.0)];
    const DOWN: &[Point] = &[(0.0, 1.1), (1.0, -0.75), (-1.0, -0.75)];
    const BAR: &[Point] = &[(-0.4, -1.1), (0.4, -1.1), (0.4, 1.1), (-0.4, 1.1)];
    const BEAM: &[Point] = &[(-1.1, -0.4), (1.1, -0.4), (1.1, 0.4), (-1.1, 0.4)];
    const HOUR_GLASS: &[Point] =
        &[(-0.9, -1.0), (0.9, -1.0), (0.2, 0.0), (0.9, 1.0), (-0.9, 1.0), (-0.2, 0.0)];
    let corners = [DISC, SQUARE, UP, DIAMOND, DOWN, BAR, BEAM, HOUR_GLASS][index % 8];
    if corners.is_empty() {
        sheet.disc(at, radius, ink);
    } else {
        let place = |&(x, y): &Point| (at.0 + x * radius, at.1 + y * radius);
        sheet.area(corners.iter().map(place).collect(), ink);
    }
}

/// A diamond: the marker of what got worse.
pub(super) fn diamond(sheet: &mut Sheet, at: Point, radius: f64, ink: Ink) {
    shape(sheet, 3, at, radius, ink);
}

/// The same line with at most four points in each half pixel of width: where it enters, its
/// extremes, where it leaves. Points must not go back to the left.
pub(super) fn thin(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    let column = |point: &Point| (point.0 * 2.0).floor();
    for group in points.chunk_by(|a, b| column(a) == column(b)) {
        let lowest = (0..group.len()).max_by(|&a, &b| group[a].1.total_cmp(&group[b].1));
        let highest = (0..group.len()).min_by(|&a, &b| group[a].1.total_cmp(&group[b].1));
        let mut picks = vec![0, group.len() - 1];
        picks.extend(lowest.into_iter().chain(highest));
        picks.sort_unstable();
        picks.dedup();
        for point in picks.into_iter().map(|pick| group[pick]) {
            if kept.last() != Some(&point) {
                kept.push(point);
            }
        }
    }
    kept
}

/// Five points at equal distances along all `paths`; `share` (0 to 1) of a distance before the
/// first, so that the markers of different lines are not all at one place.
pub(super) fn spread(paths: &[Vec<Point>], share: f64) -> Vec<Point> {
    const MARKERS: f64 = 5.0;
    let segments = || paths.iter().flat_map(|path| path.windows(2)).map(|ends| (ends[0], ends[1]));
    let length = |((ax, ay), (bx, by)): (Point, Point)| {
        ((bx - ax) * (bx - ax) + (by - ay) * (by - ay)).sqrt()
    };
    let total: f64 = segments().map(length).sum();
    let (mut left, mut places) = (total / MARKERS * share, Vec::new());
    for (from, to) in segments() {
        let mut rest = length((from, to));
        while rest > left {
            rest -= left;
            let part = 1.0 - rest / length((from, to));
            places.push((from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1)));
            left = total / MARKERS;
        }
        left -= rest;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::super::ink::BLACK;
    use super::super::sheet::Mark;
    use super::*;

    #[test]
    fn a_dash_goes_round_a_corner() {
        let mut sheet = Sheet { width: 100.0, height: 100.0, marks: Vec::new() };
        dashed(&mut sheet, &[(0.0, 0.0), (6.0, 0.0), (6.0, 10.0)], BLACK, 1.0, &[8.0, 4.0]);
        let lines: Vec<Vec<Point>> = sheet
            .marks
            .into_iter()
            .map(|mark| match mark {
                Mark::Line { points, .. } => points,
                other => panic!("{other:?}"),
            })
            .collect();
        let corner = vec![(0.0, 0.0), (6.0, 0.0), (6.0, 2.0)];
        assert_eq!(lines, [corner, vec![(6.0, 6.0), (6.0, 10.0)]]);
    }

    #[test]
    fn thinning_keeps_the_peak() {
        let points: Vec<Point> =
            (0..1000).map(|i| (f64::from(i) * 0.001, f64::from(i % 7))).collect();
        let kept = thin(&points);
        assert!(kept.len() <= 8, "{}", kept.len());
        assert!(kept.iter().any(|point| point.1 == 6.0) && kept.iter().any(|point| point.1 == 0.0));
        assert_eq!((kept[0], kept[kept.len() - 1]), (points[0], points[999]));
    }

    #[test]
    fn markers_are_spread_over_the_gap() {
        let paths = [vec![(0.0, 0.0), (6.0, 0.0)], vec![(20.0, 0.0), (20.0, 4.0)]];
        let expected = [(1.0, 0.0), (3.0, 0.0), (5.0, 0.0), (20.0, 1.0), (20.0, 3.0)];
        for (place, expected) in spread(&paths, 0.5).into_iter().zip(expected) {
            let off = (place.0 - expected.0).abs() + (place.1 - expected.1).abs();
            assert!(off < 1e-9, "{place:?} is not {expected:?}");
        }
        assert_eq!(spread(&paths, 0.5).len(), 5);
    }
}
