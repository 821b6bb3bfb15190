//! `plot.svg`: the ratios class by class, as bars.

use std::fmt::Write as _;

use super::{class::Class, summary::Comparison, tool::Tool};

const WIDTH: f64 = 860.0;
/// The names of the classes stand left of the bars.
const LEFT: f64 = 300.0;
const RIGHT: f64 = 60.0;
const TOP: f64 = 74.0;
const BAR: f64 = 13.0;
const BETWEEN_BARS: f64 = 2.0;
const BETWEEN_CLASSES: f64 = 14.0;
/// The machine is named there.
const BOTTOM: f64 = 32.0;

/// Text and lines change with the reader's colour scheme; the bars can be seen on either background.
const STYLE: &str = "\
text { font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328 }
.title { font-size: 14px; font-weight: 600 }
.quiet { fill: #59636e }
.grid { stroke: #d1d9e0; stroke-width: 1 }
.one { stroke: #59636e; stroke-width: 1.5 }
.sharp { fill: #2f81c7 }
.pillow-draft { fill: #d9822b }
.pillow { fill: #b0638f }
.pyvips { fill: #3a9d8f }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc }
  .quiet { fill: #9198a1 }
  .grid { stroke: #3d444d }
  .one { stroke: #9198a1 }
}
";

/// The picture; on its axis every step doubles, since a bar of half the speed and one of twice the speed are then alike.
pub(crate) fn svg(comparisons: &[Comparison], machine: &str) -> String {
    let axis = Axis::covering(comparisons);
    let mut body = String::new();
    let mut y = TOP;
    for class in Class::ALL {
        let bars: Vec<_> = comparisons
            .iter()
            .filter(|one| one.class == class)
            .collect();
        if bars.is_empty() {
            continue;
        }
        let height = bars.len() as f64 * (BAR + BETWEEN_BARS) - BETWEEN_BARS;
        text(
            &mut body,
            (LEFT - 12.0, y + height / 2.0 + 4.0),
            "end",
            "",
            class.title(),
        );
        for bar in bars {
            draw(&mut body, &axis, bar, y);
            y += BAR + BETWEEN_BARS;
        }
        y += BETWEEN_CLASSES;
    }
    let height = y - BETWEEN_CLASSES + BOTTOM;

    let mut page = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\">\n\
         <title>CPU time of other tools as a multiple of ours</title>\n<style>\n{STYLE}</style>\n"
    );
    let title = "CPU time for a 200×200 thumbnail, as a multiple of ours (longer: ours is faster)";
    text(&mut page, (12.0, 22.0), "start", "title", title);
    legend(&mut page, comparisons);
    axis.draw(&mut page, height - BOTTOM + 6.0);
    page.push_str(&body);
    let at = (WIDTH - 12.0, height - 9.0);
    text(&mut page, at, "end", "quiet", machine);
    page.push_str("</svg>\n");
    page
}

/// A logarithmic axis.
struct Axis {
    /// Powers of two at both ends.
    from: i32,
    to: i32,
}

impl Axis {
    fn covering(comparisons: &[Comparison]) -> Self {
        let powers = || comparisons.iter().map(|one| one.median.log2());
        Self {
            from: powers().fold(0.0, f64::min).floor() as i32,
            to: powers().fold(1.0, f64::max).ceil() as i32,
        }
    }

    fn x(&self, ratio: f64) -> f64 {
        let share = (ratio.log2() - f64::from(self.from)) / f64::from(self.to - self.from);
        LEFT + share * (WIDTH - LEFT - RIGHT)
    }

    fn draw(&self, page: &mut String, bottom: f64) {
        for power in self.from..=self.to {
            let ratio = f64::from(power).exp2();
            let (x, class) = (self.x(ratio), if power == 0 { "one" } else { "grid" });
            let _ = writeln!(
                page,
                "<line class=\"{class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{bottom:.1}\"/>",
                TOP - 6.0
            );
            text(
                page,
                (x, TOP - 11.0),
                "middle",
                "quiet",
                &format!("{ratio}×"),
            );
        }
    }
}

/// A bar from "as fast as ours" to what was measured, with the figure at its end.
fn draw(body: &mut String, axis: &Axis, bar: &Comparison, y: f64) {
    let (one, end) = (axis.x(1.0), axis.x(bar.median));
    let _ = writeln!(
        body,
        "<rect class=\"{}\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{BAR}\" rx=\"2\"/>",
        bar.against.name(),
        one.min(end),
        (end - one).abs().max(1.0)
    );
    let figure = format!("{:.1}×", bar.median);
    text(
        body,
        (one.max(end) + 5.0, y + BAR - 2.5),
        "start",
        "quiet",
        &figure,
    );
}

fn legend(page: &mut String, comparisons: &[Comparison]) {
    let mut x = 12.0;
    for tool in Tool::ALL {
        if !comparisons.iter().any(|one| one.against == tool) {
            continue;
        }
        let name = tool.to_string();
        let _ = writeln!(
            page,
            "<rect class=\"{}\" x=\"{x}\" y=\"35\" width=\"11\" height=\"11\" rx=\"2\"/>",
            tool.name()
        );
        text(page, (x + 16.0, 45.0), "start", "", &name);
        x += 40.0 + 7.0 * name.len() as f64;
    }
}

fn text(to: &mut String, (x, y): (f64, f64), anchor: &str, class: &str, text: &str) {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let _ = writeln!(
        to,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison(class: Class, against: Tool, median: f64) -> Comparison {
        Comparison {
            class,
            pictures: 1,
            against,
            median,
            least: median,
        }
    }

    /// Every element that was opened is closed, in the right order; none stands inside a tag.
    fn assert_well_formed(xml: &str) {
        let mut open = Vec::new();
        let mut rest = xml;
        while let Some((before, after)) = rest.split_once('<') {
            assert!(!before.contains('>') && !before.contains("& "), "{before}");
            let (tag, after) = after.split_once('>').expect("a tag ends");
            assert!(!tag.contains('<'), "{tag}");
            assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
            let name = tag.split_whitespace().next().unwrap_or_default();
            match name.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name)),
                None if tag.ends_with('/') => {}
                None => open.push(name),
            }
            rest = after;
        }
        assert!(open.is_empty(), "{open:?}");
        assert_eq!(rest, "\n");
    }

    #[test]
    fn the_plot_is_well_formed_and_has_a_bar_for_each_comparison() {
        let comparisons = [
            comparison(Class::Baseline, Tool::Sharp, 4.4),
            comparison(Class::Baseline, Tool::PillowDraft, 4.1),
            comparison(Class::Gif, Tool::Sharp, 0.7),
        ];
        let svg = svg(&comparisons, "a <fast> CPU & more");
        assert_well_formed(&svg);
        assert_eq!(svg.matches("height=\"13\"").count(), comparisons.len());
        assert!(svg.contains(">4.4×<") && svg.contains(">0.7×<"));
        assert!(svg.contains("a &lt;fast&gt; CPU &amp; more"));
        assert!(!svg.contains(Class::Progressive.title()));
    }

    #[test]
    fn every_bar_is_on_the_axis() {
        let comparisons = [
            comparison(Class::Small, Tool::Sharp, 0.3),
            comparison(Class::Progressive, Tool::Sharp, 57.0),
        ];
        let axis = Axis::covering(&comparisons);
        for comparison in comparisons {
            let x = axis.x(comparison.median);
            assert!((LEFT..=WIDTH - RIGHT).contains(&x), "{x}");
        }
        // Twice as fast is as far to the right as half as fast is to the left.
        let (half, one, two) = (axis.x(0.5), axis.x(1.0), axis.x(2.0));
        assert!(((two - one) - (one - half)).abs() < 1e-9);
    }

    #[test]
    fn nothing_measured_is_still_a_picture() {
        assert_well_formed(&svg(&[], "a machine"));
    }
}
