//! JPEG, by `jpeg-encoder`.

use crate::Quality;
use crate::raster::{Channels, Raster};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};

/// Baseline, 4:2:0 with averaged chroma, with Huffman tables made for the picture. The raster has no alpha.
pub(crate) fn encode(raster: &Raster, quality: Quality) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality.get());
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.set_optimized_huffman_tables(true);
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
    bytes
}
