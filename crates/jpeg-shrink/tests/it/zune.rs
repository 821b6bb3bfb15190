//! Against a decoder by others.

use crate::decode;
use crate::samples::{Kind, picture};
use jpeg_shrink::{Decoder, Reduction, Request};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;

/// Full-size luma of ordinary pictures. Chroma is not compared: that decoder gives it upsampled.
#[test]
fn full_size_luma_agrees_with_zune_jpeg() {
    let samplings = [
        vec![(1, 1)],
        vec![(1, 1), (1, 1), (1, 1)],
        vec![(2, 2), (1, 1), (1, 1)],
        vec![(2, 1), (1, 1), (1, 1)],
    ];
    for (seed, sampling) in samplings.into_iter().enumerate() {
        for (progressive, restart) in [(false, 0), (false, 5), (true, 0)] {
            let kind = Kind {
                width: 133,
                height: 97,
                sampling: sampling.clone(),
                progressive,
                separate: false,
                restart,
                fill: 0,
                steep: false,
                density: 3,
                seed: seed as u64,
            };
            let file = picture(&kind).write();
            let ours = decode(&mut Decoder::new(), &file, &Request::new(Reduction::Full)).unwrap();
            let color = if sampling.len() == 1 {
                ColorSpace::Luma
            } else {
                ColorSpace::YCbCr
            };
            let options = DecoderOptions::default().jpeg_set_out_colorspace(color);
            let theirs = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(&file), options)
                .decode()
                .unwrap();
            let channels = sampling.len();
            for (at, (our, their)) in ours.planes[0]
                .samples
                .iter()
                .zip(theirs.chunks(channels))
                .enumerate()
            {
                assert!(
                    our.abs_diff(their[0]) <= 3,
                    "{kind:?} at {at}: {our} and {}",
                    their[0]
                );
            }
        }
    }
}
