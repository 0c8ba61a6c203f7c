//! How long agents are not ready after a call, from the recording alone: Kaplan-Meier (1958) over
//! the ends of calls at which somebody waited. The agent's next call ends the time; if the line
//! empties before, the time is only known to be longer.

use std::collections::BTreeMap;

use super::calls::Call;

/// Sessions are split at gaps of more than half an hour.
const LONGEST_S: f64 = 1800.0;

/// How long it was after the end of a call: until the next call, or at least.
type Time = (f64, bool);

/// The quantile function of the not-ready time of the agents who took these calls, while somebody
/// among these calls waited.
pub fn quantiles(calls: &[&Call]) -> impl Fn(f64) -> f64 {
    let mut days: BTreeMap<u64, Vec<&Call>> = BTreeMap::new();
    calls.iter().for_each(|call| days.entry(call.day).or_default().push(call));
    let mut times: Vec<Time> = days.values().flat_map(|calls| of_day(calls)).collect();
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let curve = kaplan_meier(&times);
    move |share| {
        let reached = curve.iter().find(|(_, below)| *below >= share);
        reached.or(curve.last()).expect("somebody waited at the end of some call").0
    }
}

fn of_day(calls: &[&Call]) -> Vec<Time> {
    let waits = unions(
        calls
            .iter()
            .filter(|call| call.wait_s > 0.0)
            .map(|call| (call.arrival_s, call.arrival_s + call.wait_s)),
    );
    let mut agents: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for call in calls.iter().filter(|call| call.served) {
        let service = (call.start_s, call.start_s + call.service_s);
        agents.entry(&call.agent).or_default().push(service);
    }
    let mut times = Vec::new();
    for services in agents.values_mut() {
        services.sort_by(|a, b| a.0.total_cmp(&b.0));
        for pair in services.windows(2) {
            let (end, next) = (pair[0].1, pair[1].0);
            let waiting = waits.iter().find(|(from, to)| *from <= end && end < *to);
            if let Some((_, to)) = waiting.filter(|_| (0.0..=LONGEST_S).contains(&(next - end))) {
                // The recording's start of service is up to two seconds off the end of the wait.
                let taken = next <= to + 2.0;
                times.push((if taken { next - end } else { to - end }, taken));
            }
        }
    }
    times
}

/// When at least one of the intervals holds.
fn unions(intervals: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut sorted: Vec<(f64, f64)> = intervals.collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut all: Vec<(f64, f64)> = Vec::new();
    for (from, to) in sorted {
        match all.last_mut().filter(|(_, end)| from <= *end) {
            Some((_, end)) => *end = end.max(to),
            None => all.push((from, to)),
        }
    }
    all
}

/// The estimated share of times that have ended by each time of an end; `times` are in order.
fn kaplan_meier(times: &[Time]) -> Vec<(f64, f64)> {
    let mut curve = Vec::new();
    let mut surviving = 1.0;
    for same in times.chunk_by(|a, b| a.0 == b.0) {
        let at_risk = times.iter().filter(|time| time.0 >= same[0].0).count();
        let ended = same.iter().filter(|(_, ended)| *ended).count();
        if ended > 0 {
            surviving *= 1.0 - ended as f64 / at_risk as f64;
            curve.push((same[0].0, 1.0 - surviving));
        }
    }
    curve
}

#[test]
fn kaplan_meier_worked_by_hand() {
    // Of four times, 1 and 3 are known, 2 is longer than 2, the last longer than 4: 1/4 have ended
    // by 1; of the two left at 3 one ends.
    let curve = kaplan_meier(&[(1.0, true), (2.0, false), (3.0, true), (4.0, false)]);
    assert_eq!(curve, [(1.0, 0.25), (3.0, 1.0 - 0.75 * 0.5)]);
}
