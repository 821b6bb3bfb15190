//! What is to be seen: a landscape with a village, computed for any size.
//!
//! It has what photos have and codecs care for: smooth gradients, soft and hard edges, fine texture, small bright
//! marks, and a sensor's grain.

use crate::noise::{fractal, grain, unit};

type Colour = [f32; 3];

/// A view; every seed has its own clouds, mountains and houses.
pub(crate) struct Scene {
    pub(crate) seed: u32,
    /// Standard deviation of the sensor's grain in mid-tones, where 1 is the whole range; 0 for something drawn.
    pub(crate) grain: f32,
}

/// Where the meadow begins, from the top.
const SHORE: f32 = 0.7;

impl Scene {
    /// The rows from top to bottom, three bytes of sRGB a pixel.
    pub(crate) fn rgb(&self, width: u16, height: u16) -> Vec<u8> {
        let columns: Vec<_> = (0..width)
            .map(|x| self.column(f32::from(x) / f32::from(height)))
            .collect();
        let mut pixels = Vec::with_capacity(usize::from(width) * usize::from(height) * 3);
        for y in 0..height {
            for (x, column) in columns.iter().enumerate() {
                let colour = self.colour(column, f32::from(y) / f32::from(height));
                let colour = self.seen(colour, x as i32, i32::from(y));
                // The cast saturates, as a sensor does.
                pixels.extend(colour.map(|channel| (channel * 255.0 + 0.5) as u8));
            }
        }
        pixels
    }

    /// A colour as the sensor's pixel at `x`, `y` sees it: photons come unevenly, the more so the fewer.
    fn seen(&self, colour: Colour, x: i32, y: i32) -> Colour {
        if self.grain == 0.0 {
            return colour;
        }
        let bright = (colour[0] + colour[1] + colour[2]) / 3.0;
        let strength = self.grain * (1.3 - 0.6 * bright);
        let common = grain(x, y, self.seed);
        std::array::from_fn(|channel| {
            let own = grain(x, y, self.seed ^ (channel as u32 + 1) << 20);
            colour[channel] + strength * (0.8 * common + 0.6 * own)
        })
    }

    fn column(&self, x: f32) -> Column {
        let ridge = |layer: u32| {
            let scale = 1.6 + layer as f32;
            let rough = fractal(x * scale, 0.5, 9, self.seed + 40 * layer);
            0.38 + 0.12 * layer as f32 - (0.32 - 0.08 * layer as f32) * (rough - 0.35)
        };
        Column {
            x,
            ridges: [ridge(0), ridge(1), ridge(2)],
        }
    }

    fn colour(&self, column: &Column, y: f32) -> Colour {
        let x = column.x;
        if let Some(colour) = self.sign(x, y).or_else(|| self.house(x, y)) {
            return colour;
        }
        if y > SHORE {
            return self.meadow(x, y);
        }
        // The nearest ridge that is above this point hides those behind.
        match column.ridges.iter().rposition(|&ridge| y > ridge) {
            Some(layer) => self.rock(x, y, layer),
            None => self.sky(x, y),
        }
    }

    fn sky(&self, x: f32, y: f32) -> Colour {
        let blue = mix([0.22, 0.45, 0.78], [0.78, 0.86, 0.93], y / 0.5);
        let clouds = fractal(x * 3.0, y * 6.0, 6, self.seed + 200);
        let sky = mix(blue, [0.97, 0.96, 0.94], (clouds - 0.5) * 5.0);
        let from_sun = (x - 0.9).hypot(y - 0.16);
        if from_sun < 0.035 {
            return [1.0, 1.0, 0.96];
        }
        mix(sky, [1.0, 0.95, 0.8], 0.6 * (-from_sun * 7.0).exp())
    }

    fn rock(&self, x: f32, y: f32, layer: usize) -> Colour {
        let near = layer as f32 / 2.0;
        let texture = fractal(x * 24.0, y * 30.0, 6, self.seed + 300 + layer as u32);
        let stone = mix([0.16, 0.2, 0.15], [0.56, 0.52, 0.44], (texture - 0.3) * 2.2);
        mix([0.62, 0.7, 0.8], stone, 0.3 + 0.6 * near)
    }

    /// Grass: the nearer the coarser, and always higher than wide.
    fn meadow(&self, x: f32, y: f32) -> Colour {
        let near = (y - SHORE) / (1.0 - SHORE);
        let scale = 260.0 - 180.0 * near;
        let blades = fractal(x * scale, y * scale * 0.35, 4, self.seed + 400);
        let patches = fractal(x * 5.0, y * 9.0, 3, self.seed + 410);
        let green = mix([0.2, 0.32, 0.1], [0.55, 0.58, 0.25], patches);
        let grass = mix(green, [0.1, 0.16, 0.05], (0.62 - blades) * 2.2);
        let flower = unit((x * 220.0) as i32, (y * 160.0) as i32, self.seed + 420);
        if flower > 0.994 {
            return mix(grass, [0.98, 0.9, 0.5], 0.8);
        }
        grass
    }

    /// One house stands in each stretch of the shore, as tall, wide and bright as chance has it.
    fn house(&self, x: f32, y: f32) -> Option<Colour> {
        const STRETCH: f32 = 0.14;
        let plot = (x / STRETCH).floor();
        let chance = |what| unit(plot as i32, what, self.seed + 500);
        let (half, tall) = (0.03 + 0.025 * chance(0), 0.07 + 0.08 * chance(1));
        let across = x - (plot + 0.5) * STRETCH;
        let foot = SHORE + 0.02 + 0.06 * chance(2);
        let up = foot - y;
        let roof = tall + 0.7 * (half * 1.15 - across.abs());
        if up < 0.0 || across.abs() > half * 1.15 || up > roof {
            return None;
        }
        if up > tall {
            let tiles = 0.85 + 0.15 * (up * 1500.0).sin();
            return Some([0.5, 0.22, 0.16].map(|channel| channel * tiles));
        }
        if across.abs() > half {
            return None;
        }
        let wall = mix([0.9, 0.86, 0.76], [0.75, 0.5, 0.36], chance(3));
        let (column, row) = ((across / half + 1.0) * 2.0, up / tall * 3.0);
        let in_pane = |at: f32| (0.3..0.7).contains(&at.fract());
        let glass = in_pane(column) && in_pane(row);
        let plaster = fractal(x * 700.0, y * 700.0, 2, self.seed + 510);
        Some(if glass {
            mix([0.1, 0.13, 0.18], [0.5, 0.6, 0.7], row.fract())
        } else {
            wall.map(|channel| channel * (0.9 + 0.2 * (plaster - 0.5)))
        })
    }

    /// A sign with lines of made-up letters, each five by seven dots.
    fn sign(&self, x: f32, y: f32) -> Option<Colour> {
        let (across, down) = ((x - 0.45) / 0.4, (y - 0.86) / 0.1);
        if !(0.0..1.0).contains(&across) || !(0.0..1.0).contains(&down) {
            return None;
        }
        let (dot, line) = ((across * 132.0) as i32, (down * 30.0) as i32);
        let inked = dot % 6 < 5
            && line % 10 > 2
            && unit(dot, line, self.seed + 600) > 0.5
            && unit(dot / 6, line / 10, self.seed + 610) > 0.2;
        Some(if inked {
            [0.08, 0.08, 0.1]
        } else {
            [0.93, 0.92, 0.86]
        })
    }
}

/// What is the same all the way down.
struct Column {
    x: f32,
    /// Where the mountains begin, the farthest first.
    ridges: [f32; 3],
}

/// From one colour to the other as `t` goes from 0 to 1.
fn mix(from: Colour, to: Colour, t: f32) -> Colour {
    let t = t.clamp(0.0, 1.0);
    std::array::from_fn(|channel| from[channel] + (to[channel] - from[channel]) * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_is_the_same_every_time_and_another_seed_another_scene() {
        let scene = |seed, grain| Scene { seed, grain }.rgb(60, 40);
        assert_eq!(scene(1, 0.02), scene(1, 0.02));
        assert_ne!(scene(1, 0.02), scene(2, 0.02));
        assert_ne!(scene(1, 0.02), scene(1, 0.0));
        assert_eq!(scene(1, 0.02).len(), 60 * 40 * 3);
    }
}
