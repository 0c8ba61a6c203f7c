//! The plan of a sweep: axes, grid, replications, baseline and what is judged.
//!
//! The grid is full, the last axis fastest; axes go in the order of their names. Every point of it
//! is loaded before anything runs, so a mistake in the last point costs no time. The baseline names
//! values on some axes; each point is compared with the point that has those values and its own on
//! the other axes.

use super::axis::{Axis, Value, find};
use crate::base::read::{Context, Document, Files, Mistake, Node, Table};
use crate::experiment::replicate::names;
use crate::scenario::load::load;
use crate::scenario::meaning::Scenario;
use crate::scenario::overrides;

/// Which way of a number is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// Less is better.
    Minimise,
    /// More is better.
    Maximise,
}

/// What a sweep does.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenario itself.
    pub base: Scenario,
    /// The axes by name.
    pub axes: Vec<Axis>,
    /// Replications of each point.
    pub replications: u32,
    /// The baseline's place on each axis; `None`: the point's own.
    pub baseline: Vec<Option<usize>>,
    /// The number that decides, and which way.
    pub judge: (String, Aim),
    /// The points, the last axis fastest.
    pub points: Vec<Point>,
}

/// A point of the grid.
#[derive(Clone, Debug)]
pub struct Point {
    /// Its place on each axis.
    pub places: Vec<usize>,
    /// What it is called: the labels of its values.
    pub label: String,
    /// The scenario as it is there.
    pub scenario: Scenario,
}

/// Why a plan cannot be made: mistakes in a text, which may be the text of one point.
#[derive(Debug)]
pub struct Refused {
    /// The point, if the scenario alone was fine.
    pub point: Option<String>,
    /// The text that the places are in.
    pub text: String,
    /// The mistakes.
    pub mistakes: Vec<Mistake>,
}

/// Larger grids are refused: they would not end.
const POINTS_MAX: usize = 1_000_000;

impl Plan {
    /// Reads the `[sweep]` table of a scenario and loads every point.
    ///
    /// # Errors
    /// Every mistake in the scenario or the table, or those of the first point that is not valid.
    pub fn read(text: &str, files: &dyn Files) -> Result<Plan, Refused> {
        let refused = |mistakes| Refused { point: None, text: text.to_string(), mistakes };
        let loaded = load(text.as_bytes(), files).map_err(refused)?;
        let document = Document::parse(text).map_err(|mistake| refused(vec![mistake]))?;
        let context = Context::new(files);
        let layout = read_sweep(&document.root(&context), text, &loaded.scenario);
        let (mistakes, _) = context.finish();
        let layout = match layout {
            Some(layout) if mistakes.is_empty() => layout,
            _ => return Err(refused(mistakes)),
        };
        let points = places(&layout.axes)
            .map(|places| load_point(text, files, &layout.axes, places))
            .collect::<Result<_, _>>()?;
        let Layout { axes, replications, baseline, judge } = layout;
        Ok(Plan { base: loaded.scenario, axes, replications, baseline, judge, points })
    }

    /// The number of runs.
    pub fn runs(&self) -> usize {
        self.points.len() * self.replications as usize
    }

    /// The labels of a point's values, by axis.
    pub fn labels(&self, point: usize) -> impl Iterator<Item = &str> {
        let places = self.points[point].places.iter();
        self.axes.iter().zip(places).map(|(axis, place)| axis.values[*place].label.as_str())
    }

    /// What the baseline is called: its values where it has them.
    pub fn baseline_label(&self) -> String {
        let fixed = (0..self.axes.len()).filter_map(|axis| Some((axis, self.baseline[axis]?)));
        let (axes, places): (Vec<Axis>, Vec<usize>) =
            fixed.map(|(axis, place)| (self.axes[axis].clone(), place)).unzip();
        label(&axes, &places)
    }

    /// The point that this one is compared with.
    pub fn baseline_of(&self, point: &Point) -> usize {
        let pairs = point.places.iter().zip(&self.baseline).zip(&self.axes);
        pairs.fold(0, |index, ((own, base), axis)| index * axis.values.len() + base.unwrap_or(*own))
    }

    /// The axes on which the load itself changes: tasks are the same only between points that agree
    /// on them.
    pub fn load_axes(&self) -> Vec<usize> {
        let of_load = |path: &str| {
            ["workloads", "classes", "workflows", "horizon", "seed"]
                .iter()
                .any(|key| path.split(['.', '"']).find(|part| !part.is_empty()) == Some(key))
        };
        let changes = |axis: &Axis| {
            axis.values.iter().any(|value| value.sets.iter().any(|(path, _)| of_load(path)))
        };
        (0..self.axes.len()).filter(|i| changes(&self.axes[*i])).collect()
    }
}

struct Layout {
    axes: Vec<Axis>,
    replications: u32,
    baseline: Vec<Option<usize>>,
    judge: (String, Aim),
}

fn read_sweep(root: &Node<'_>, text: &str, scenario: &Scenario) -> Option<Layout> {
    let Some(node) = root.table()?.node("sweep") else {
        let help = "add a [sweep] table with axes; scenarios/studies/weights.toml is an example";
        root.mistake("the scenario has no sweep", "no [sweep] table", help.to_string());
        return None;
    };
    let mut table = node.table()?;
    let replications = table.or("replications", std::num::NonZeroU32::new(20)?);
    let axes = read_axes(&mut table, text);
    let judge = read_judge(&mut table, scenario);
    let baseline = match (&axes, table.node("baseline")) {
        (Some(axes), Some(node)) => read_baseline(axes, &node, text),
        (Some(axes), None) => {
            // The first value of the first axis.
            Some(axes.iter().enumerate().map(|(i, _)| (i == 0).then_some(0)).collect())
        }
        (None, _) => None,
    };
    table.finish();
    Some(Layout {
        axes: axes?,
        replications: replications.get(),
        baseline: baseline?,
        judge: judge?,
    })
}

fn read_axes(table: &mut Table<'_>, text: &str) -> Option<Vec<Axis>> {
    let node = table.need_node("axes")?;
    let entries = node.table()?.entries();
    if let Some((_, seed)) = entries.iter().find(|(name, _)| *name == "seed") {
        let help = "replications vary the luck; `--seed` chooses it".to_string();
        seed.mistake("the seed is the same at all points", "not an axis", help);
        return None;
    }
    let axes: Vec<Option<Axis>> =
        entries.iter().map(|(name, node)| Axis::read(name, node, text)).collect();
    let axes: Vec<Axis> = axes.into_iter().collect::<Option<_>>()?;
    let points = axes.iter().map(|axis| axis.values.len()).try_fold(1usize, usize::checked_mul);
    if axes.is_empty() || points.is_none_or(|points| points > POINTS_MAX) {
        node.mistake("the grid is empty or too large", "1 to 1,000,000 points", None);
        return None;
    }
    Some(axes)
}

fn read_baseline(axes: &[Axis], node: &Node<'_>, text: &str) -> Option<Vec<Option<usize>>> {
    let mut baseline = vec![None; axes.len()];
    for (name, value) in node.table()?.entries() {
        match axes.iter().position(|axis| axis.name == name) {
            Some(place) => baseline[place] = Some(find(&axes[place], &value, text)?),
            None => {
                let names = axes.iter().map(|axis| axis.name.as_str());
                let place = value.key_place();
                node.context().report(Mistake::unknown(place, "axis", name, names));
                return None;
            }
        }
    }
    Some(baseline)
}

fn read_judge(table: &mut Table<'_>, scenario: &Scenario) -> Option<(String, Aim)> {
    let Some(node) = table.node("judge") else {
        return Some(("sojourn_mean_s".to_string(), Aim::Minimise));
    };
    let (word, name) = node.choice()?;
    let aim = match word {
        "minimise" => Aim::Minimise,
        "maximise" => Aim::Maximise,
        _ => {
            let known = ["minimise", "maximise"];
            let mistake = Mistake::unknown(name.key_place(), "aim", word, known);
            node.context().report(mistake);
            return None;
        }
    };
    let metric = name.text()?;
    let known = names(scenario);
    if !known.iter().any(|known| known == metric) {
        let names = known.iter().map(String::as_str);
        let help = crate::base::read::suggest(metric, names)
            .map_or("`rehearsal run --json` lists them".to_string(), |near| {
                format!("did you mean `{near}`?")
            });
        name.mistake(format!("unknown metric `{metric}`"), "no metric has this name", help);
        return None;
    }
    Some((metric.to_string(), aim))
}

/// All places on the grid, the last axis fastest.
fn places(axes: &[Axis]) -> impl Iterator<Item = Vec<usize>> {
    let n: usize = axes.iter().map(|axis| axis.values.len()).product();
    (0..n).map(move |mut index| {
        let mut places = vec![0; axes.len()];
        for (place, axis) in places.iter_mut().zip(axes).rev() {
            *place = index % axis.values.len();
            index /= axis.values.len();
        }
        places
    })
}

/// What a point is called: the value of each axis after the last word of its key, or after two
/// where one is not enough to tell the axes apart.
fn label(axes: &[Axis], places: &[usize]) -> String {
    let words = |axis: &Axis, n: usize| {
        let keys: Vec<&str> = axis.name.split('.').collect();
        keys[keys.len().saturating_sub(n)..].join(".")
    };
    let part = |(axis, place): (&Axis, &usize)| {
        let value = &axis.values[*place].label;
        if !axis.is_key() {
            return value.clone();
        }
        let last = words(axis, 1);
        let alone = axes.iter().filter(|other| words(other, 1) == last).count() == 1;
        format!("{} {value}", if alone { last } else { words(axis, 2) })
    };
    axes.iter().zip(places).map(part).collect::<Vec<_>>().join(", ")
}

fn load_point(
    text: &str,
    files: &dyn Files,
    axes: &[Axis],
    places: Vec<usize>,
) -> Result<Point, Refused> {
    let values: Vec<&Value> =
        axes.iter().zip(&places).map(|(axis, place)| &axis.values[*place]).collect();
    let label = label(axes, &places);
    let sets: Vec<(String, String)> =
        values.iter().flat_map(|value| value.sets.iter().cloned()).collect();
    let whole = |why: String| Mistake {
        place: 0..0,
        message: why,
        label: "in this scenario".to_string(),
        help: None,
        inside: None,
    };
    let refused = |text: &str, mistakes| Refused {
        point: Some(label.clone()),
        text: text.to_string(),
        mistakes,
    };
    let varied = overrides::apply(text, &sets).map_err(|why| refused(text, vec![whole(why)]))?;
    let loaded = load(varied.as_bytes(), files).map_err(|mistakes| refused(&varied, mistakes))?;
    Ok(Point { places, label, scenario: loaded.scenario })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::NoFiles;

    /// A plan with this `[sweep]` table.
    fn plan(sweep: &str) -> Result<Plan, Refused> {
        let base = r#"
            name = "a"
            horizon = "10m"
            workloads.w.arrivals.poisson.rate = "1/s"
            workflows.f.steps.s.work = 1
            pools.p = {}
            pools.q = { queue = "line" }
            queues.line = {}
            [workflows.f.steps.s]
            queue = "p"
        "#;
        let base = base.replace("workflows.f.steps.s.work = 1\n", "");
        let base = base.replace("queue = \"p\"", "queue = \"p\"\nwork = 1");
        Plan::read(&format!("{base}\n{sweep}"), &NoFiles)
    }

    const AXES: &str = r#"
        [sweep]
        replications = 5
        judge = { maximise = "throughput_per_s" }
        baseline = { policy = "as now", "pools.p.agents" = 2 }
        axes."pools.p.agents" = [1, 2, 3]
        axes."pools.q.agents" = [1, 2]
        axes.policy.alternatives."as now" = {}
        axes.policy.alternatives.random = { "queues.line.dispatch" = "random" }
    "#;

    #[test]
    fn the_grid_is_full_and_the_last_axis_is_fastest() {
        let plan = plan(AXES).expect("a plan");
        let names: Vec<&str> = plan.axes.iter().map(|axis| axis.name.as_str()).collect();
        assert_eq!(names, ["policy", "pools.p.agents", "pools.q.agents"]);
        assert_eq!((plan.points.len(), plan.runs()), (12, 60));
        assert_eq!(plan.points[0].label, "as now, p.agents 1, q.agents 1");
        assert_eq!(plan.points[1].places, [0, 0, 1]);
        assert_eq!(plan.points[11].label, "random, p.agents 3, q.agents 2");
        assert_eq!(plan.points[11].scenario.pools[0].size(), 3);
        assert_eq!(plan.judge, ("throughput_per_s".to_string(), Aim::Maximise));
    }

    #[test]
    fn a_point_is_compared_with_its_own_values_where_the_baseline_is_silent() {
        let plan = plan(AXES).expect("a plan");
        let baseline = plan.baseline_of(&plan.points[11]);
        assert_eq!(plan.points[baseline].label, "as now, p.agents 2, q.agents 2");
        assert_eq!(plan.baseline_of(&plan.points[baseline]), baseline);
        assert!(plan.load_axes().is_empty());
    }

    #[test]
    fn mistakes_are_found_before_anything_runs() {
        let message = |sweep: &str| plan(sweep).unwrap_err().mistakes[0].message.clone();
        assert_eq!(message(""), "the scenario has no sweep");
        assert_eq!(message("[sweep]\naxes.seed = [1, 2]"), "the seed is the same at all points");
        let judge =
            "[sweep]\naxes.\"pools.p.agents\" = [1]\njudge = { minimise = \"sojurn_mean_s\" }";
        assert_eq!(message(judge), "unknown metric `sojurn_mean_s`");
        let refused = plan("[sweep]\naxes.\"pools.p.agents\" = [1, 0]").unwrap_err();
        assert_eq!(refused.point.as_deref(), Some("agents 0"));
    }
}
