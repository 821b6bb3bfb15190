//! What has been decoded of a picture so far, over all its scans.

use crate::blocks::Places;
use crate::error::Error;
use crate::geometry::{ComponentGeometry, Geometry};
use crate::header::Header;
use crate::idct;
use crate::picture::StoredPlane;
use crate::tables::{Scan, Tables, ZIGZAG};
use alloc::vec::Vec;

/// What undecoded samples are.
const GREY: u8 = 128;

#[derive(Debug, Default)]
pub(crate) struct Frame {
    pub(crate) geometry: Geometry,
    pub(crate) progressive: bool,
    pub(crate) channels: Vec<Channel>,
    /// The planes. Progressive frames fill them in the end, others at once.
    pub(crate) planes: Vec<StoredPlane>,
    /// Where in the file decoding first failed.
    pub(crate) damage: Option<usize>,
}

/// One component's state. The vectors grow with what is decoded, so that a short file cannot take much memory.
#[derive(Debug)]
pub(crate) struct Channel {
    /// The quantisation steps, as they were when the component was first scanned, in zigzag order.
    pub(crate) quant: Option<[u16; 64]>,
    pub(crate) scanned: bool,
    /// For each coefficient, how many bits are still to come; 99 before the first scan.
    missing_bits: [u8; 64],
    /// Blocks of the crop that the component's first scan gave, and its first one of DC values in its place.
    pub(crate) known: u64,
    /// Progressive: DC coefficients of the stored blocks.
    pub(crate) dc: Vec<i16>,
    /// Progressive: the other coefficients that the reduction keeps, `points * points` places for each stored block.
    pub(crate) ac: Vec<i16>,
    /// Progressive: for each block from the top left of the picture on, the coefficients that have a value.
    pub(crate) history: Vec<u64>,
}

impl Channel {
    /// Whether the blocks of a scan that begins are counted. If so there are none yet.
    pub(crate) fn counts(&mut self, scan: &Scan) -> bool {
        let is_first = self.missing_bits.iter().all(|&bits| bits == 99);
        let counts = is_first || scan.gives_means() && !self.scanned;
        if counts {
            self.known = 0;
        }
        counts
    }

    fn clear(&mut self) {
        self.dc.clear();
        self.ac.clear();
        self.history.clear();
        let buffers = (
            core::mem::take(&mut self.dc),
            core::mem::take(&mut self.ac),
            core::mem::take(&mut self.history),
        );
        *self = Channel::default();
        (self.dc, self.ac, self.history) = buffers;
    }
}

impl Default for Channel {
    fn default() -> Self {
        Channel {
            quant: None,
            scanned: false,
            missing_bits: [99; 64],
            known: 0,
            dc: Vec::new(),
            ac: Vec::new(),
            history: Vec::new(),
        }
    }
}

impl Frame {
    /// Forgets the picture before, but for its buffers.
    pub(crate) fn start(&mut self, progressive: bool, geometry: Geometry) {
        let count = geometry.components.len();
        self.channels.resize_with(count, Channel::default);
        self.planes.resize_with(count, StoredPlane::default);
        for ((channel, plane), component) in self
            .channels
            .iter_mut()
            .zip(&mut self.planes)
            .zip(&geometry.components)
        {
            channel.clear();
            let points = component.points;
            plane.samples.clear();
            plane.shape = component.shape;
            plane.stride = (component.right - component.left) * points;
            plane.start = (component.shape.y - component.top * points) * plane.stride
                + component.shape.x
                - component.left * points;
        }
        self.geometry = geometry;
        self.progressive = progressive;
        self.damage = None;
    }

    /// Whether a scan can change the planes.
    pub(crate) fn wants(&self, scan: &Scan) -> bool {
        if !self.progressive {
            return scan
                .components
                .iter()
                .any(|component| !self.channels[component.index].scanned);
        }
        let index = scan.components[0].index;
        scan.first == 0 || self.geometry.components[index].points > 1
    }

    /// Takes note of a scan's quantisation tables, which a component keeps from its first scan on.
    pub(crate) fn note_quantization(&mut self, scan: &Scan, header: &Header, tables: &Tables) {
        for component in &scan.components {
            let quant = usize::from(header.components[component.index].quant);
            self.channels[component.index]
                .quant
                .get_or_insert(tables.quant[quant].unwrap_or([0; 64]));
        }
    }

    /// Takes note that a scan is being decoded.
    pub(crate) fn note_scan(&mut self, scan: &Scan) {
        for component in &scan.components {
            let channel = &mut self.channels[component.index];
            channel.scanned |= scan.gives_means();
            channel.missing_bits[scan.first..=scan.last].fill(scan.low as u8);
        }
    }

    /// Whether nothing that a later scan could say would change the planes.
    pub(crate) fn has_enough(&self) -> bool {
        let components = self.geometry.components.iter();
        self.channels
            .iter()
            .zip(components)
            .all(|(channel, component)| {
                if !self.progressive || !channel.scanned {
                    return channel.scanned;
                }
                let points = component.points;
                let places = Places::new(points);
                (0..64)
                    .filter(|&k| places.keeps(k, points))
                    .all(|k| channel.missing_bits[k] == 0)
            })
    }

    /// Whether all components had a scan that gives DC values.
    pub(crate) fn is_scanned(&self) -> bool {
        self.channels.iter().all(|channel| channel.scanned)
    }

    /// Makes the planes complete.
    ///
    /// # Errors
    /// [`Error::Damaged`] if less than `min_share` of the crop was decoded. Gives that share.
    #[inline(always)]
    pub(crate) fn finish(&mut self, min_share: f32) -> Result<f32, Error> {
        let known: u64 = self.channels.iter().map(|channel| channel.known).sum();
        let share = (known as f64 / self.geometry.wanted_blocks() as f64) as f32;
        if known == 0 || share < min_share {
            return Err(Error::Damaged {
                offset: self.damage.unwrap_or(0),
                share,
            });
        }
        for (plane, component) in self.planes.iter_mut().zip(&self.geometry.components) {
            plane.samples.resize(component.stored_samples(), GREY);
        }
        if self.progressive {
            let all = self
                .planes
                .iter_mut()
                .zip(&mut self.channels)
                .zip(&self.geometry.components);
            for ((plane, channel), component) in all {
                match component.points {
                    1 => eighth(plane, channel),
                    2 => blocks::<2>(plane, channel, component),
                    3 => blocks::<3>(plane, channel, component),
                    4 => blocks::<4>(plane, channel, component),
                    _ => blocks::<8>(plane, channel, component),
                }
            }
        }
        Ok(share)
    }
}

/// Lets a component's samples grow to hold `rows` rows of blocks.
pub(crate) fn grow<T: Copy>(values: &mut Vec<T>, length: usize, fill: T) {
    if values.len() < length {
        values.resize(length, fill);
    }
}

pub(crate) fn grow_plane(plane: &mut StoredPlane, rows: usize) {
    let length = rows * plane.stride;
    grow(&mut plane.samples, length, GREY);
}

#[inline(always)]
fn eighth(plane: &mut StoredPlane, channel: &Channel) {
    let step = i32::from(channel.quant.map_or(0, |quant| quant[0]));
    for (sample, &dc) in plane.samples.iter_mut().zip(&channel.dc) {
        *sample = idct::flat(i32::from(dc) * step);
    }
}

/// By how much the coefficient in each place of a block of `points` by `points` is multiplied.
pub(crate) fn steps(quant: &[u16; 64], points: usize) -> [i32; 64] {
    let mut steps = [0; 64];
    for (k, &place) in ZIGZAG.iter().enumerate() {
        let (row, column) = (usize::from(place) / 8, usize::from(place) % 8);
        if row < points && column < points {
            steps[row * points + column] = i32::from(quant[k]);
        }
    }
    steps
}

#[inline(always)]
fn blocks<const N: usize>(
    plane: &mut StoredPlane,
    channel: &mut Channel,
    component: &ComponentGeometry,
) {
    grow(&mut channel.dc, component.stored_blocks(), 0);
    grow(&mut channel.ac, component.stored_blocks() * N * N, 0);
    let quant = channel.quant.unwrap_or([0; 64]);
    let steps = steps(&quant, N);
    let wide = component.right - component.left;
    let rows = plane.samples.chunks_exact_mut(N * plane.stride);
    let stored = channel
        .dc
        .chunks_exact(wide)
        .zip(channel.ac.chunks_exact(wide * N * N));
    for (row, (dc, ac)) in rows.zip(stored) {
        for (x, (&dc, ac)) in dc.iter().zip(ac.chunks_exact(N * N)).enumerate() {
            let mut block = [0; 64];
            let mut coded = 0;
            for ((value, &coefficient), &step) in block.iter_mut().zip(ac).zip(&steps) {
                *value = i32::from(coefficient) * step;
                coded |= coefficient;
            }
            block[0] = i32::from(dc) * steps[0];
            idct::store::<N>(&block, coded != 0, &mut row[x * N..], plane.stride);
        }
    }
}
