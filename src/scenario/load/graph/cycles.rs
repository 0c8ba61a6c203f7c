//! That a graph ends: every cycle passes a step with `at_most`.
//!
//! Each cycle that does not is told once, from the step that is written first.

use super::Draft;

impl Draft<'_> {
    /// Every cycle passes a step with `at_most`.
    pub(super) fn check_cycles(&self) -> bool {
        let mut open: Vec<bool> = self.links.iter().map(|step| step.at_most.is_none()).collect();
        let mut good = true;
        while let Some(cycle) = self.cycle(&open) {
            good = false;
            self.report_cycle(&cycle);
            for step in cycle {
                open[step] = false;
            }
        }
        good
    }

    /// A cycle of open steps, beginning with the one that is written first.
    fn cycle(&self, open: &[bool]) -> Option<Vec<usize>> {
        // What leads to no open step is on no cycle; when all that is gone, what is left always has
        // a step to go on to.
        let mut left = open.to_vec();
        let next = |left: &[bool], step: usize| self.after(step).find(|next| left[*next]);
        loop {
            let dead = |step: &usize| left[*step] && next(&left, *step).is_none();
            let Some(step) = (0..left.len()).find(dead) else { break };
            left[step] = false;
        }
        let mut path = vec![left.iter().position(|left| *left)?];
        let begin = loop {
            let last = path[path.len() - 1];
            let step = next(&left, last).expect("a step to go on to is left");
            if let Some(begin) = path.iter().position(|earlier| *earlier == step) {
                break begin;
            }
            path.push(step);
        };
        let mut cycle = path.split_off(begin);
        let written = |step: &usize| self.links[*step].node.key_place().start;
        let earliest = (0..cycle.len()).min_by_key(|i| written(&cycle[*i]))?;
        cycle.rotate_left(earliest);
        Some(cycle)
    }

    fn report_cycle(&self, cycle: &[usize]) {
        let (first, last) = (cycle[0], cycle[cycle.len() - 1]);
        let names: Vec<&str> =
            cycle.iter().chain([&first]).map(|step| self.links[*step].name.as_str()).collect();
        let (last, first) = (&self.links[last], (first, &self.links[first]));
        let arm = last.arms.iter().find(|arm| arm.to == Some(first.0)).map(|arm| &arm.node);
        let turn = || last.turn_to(first.0).or(first.1.after.as_ref());
        let node = arm.or_else(turn).unwrap_or(&first.1.node);
        node.mistake(
            format!("these steps follow each other for ever: {}", names.join(" -> ")),
            "the cycle closes here",
            String::from(
                "bound the repeats: write at_most = 3, for example, in one of these steps",
            ),
        );
    }
}
