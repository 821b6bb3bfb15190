//! JPEG, by `jpeg-encoder`.

mod bits;
mod code;
mod scan;

use crate::Quality;
use crate::raster::{Channels, Raster};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};

/// Baseline in one scan, with averaged chroma and Huffman tables made for the picture. The raster has no alpha.
///
/// Chroma has half the resolution, which a thumbnail hardly shows; but not at a quality of 90 and more, whoever asks for that.
pub(crate) fn encode(raster: &Raster, quality: Quality) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality.get());
    encoder.set_sampling_factor(if quality.get() < 90 {
        SamplingFactor::F_2_2
    } else {
        SamplingFactor::F_1_1
    });
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    let colour = match raster.channels {
        Channels::Grey => ColorType::Luma,
        Channels::YCbCr => ColorType::Ycbcr,
        _ => ColorType::Rgb,
    };
    let side =
        |pixels: u32| u16::try_from(pixels).expect("no thumbnail is larger than JPEG allows");
    encoder
        .encode(
            &raster.samples,
            side(raster.width),
            side(raster.height),
            colour,
        )
        .expect("writing to memory does not fail");
    scan::recode(bytes)
}
