//! From the bytes of a strip or tile to its samples as they were before they were compressed.

use super::fax::{self, Scheme};
use super::{log, thunder};
use crate::decode::lzw::Lzw;
use crate::exif::ByteOrder;
use lzma_rust2::XzReader;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};
use ruzstd::decoding::StreamingDecoder;
use std::io::Read;
use std::iter;
use weezl::BitOrder;
use weezl::decode::Decoder;

/// How strips and tiles are compressed, and what was done to them before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Fax(Scheme),
    Lzw,
    Jpeg,
    /// The way of TIFF 6.0, of which only a whole JPEG is read.
    OldJpeg,
    Deflate,
    PackBits,
    Lzma,
    Zstandard,
    WebP,
    /// Four bits a pixel.
    Thunder,
    /// Logarithms of so many bytes.
    Log {
        bytes: usize,
    },
}

/// Values of tag 262.
pub(super) const LOG_LUMINANCE: u64 = 32_844;
pub(super) const LOG_COLOUR: u64 = 32_845;

/// The window of Zstandard's highest level.
const ZSTANDARD_WINDOW: u64 = 128 << 20;

/// What LZMA takes by its highest preset, in KiB: a dictionary of 64 MiB and some tables.
const LZMA_KIB: u32 = 66 << 10;

impl Compression {
    /// By tag 259, for facsimile the options of tag 292, and for logarithms their meaning by tag 262.
    pub(super) const fn new(number: u64, options: u64, meaning: u64) -> Option<Self> {
        Some(match number {
            1 => Self::None,
            2 => Self::Fax(Scheme::Runs),
            3 => Self::Fax(Scheme::Group3 {
                mixed: options & 1 != 0,
            }),
            4 => Self::Fax(Scheme::Group4),
            5 => Self::Lzw,
            6 => Self::OldJpeg,
            7 => Self::Jpeg,
            8 | 32_946 => Self::Deflate,
            32_773 => Self::PackBits,
            32_809 => Self::Thunder,
            34_676 if meaning == LOG_LUMINANCE => Self::Log { bytes: 2 },
            34_676 if meaning == LOG_COLOUR => Self::Log { bytes: 4 },
            34_925 => Self::Lzma,
            50_000 => Self::Zstandard,
            50_001 => Self::WebP,
            _ => return None,
        })
    }

    /// Bytes that are held while a chunk is unpacked, for what it refers back to.
    pub(super) const fn window(self) -> u64 {
        match self {
            Self::Zstandard => ZSTANDARD_WINDOW,
            Self::Lzma => (LZMA_KIB as u64) << 10,
            _ => 0,
        }
    }

    /// Unpacks as much as there is into `to`, and says how many bytes that was. `width` is that of a row in bits.
    pub(super) fn unpack(self, data: &[u8], width: u32, to: &mut [u8]) -> usize {
        match self {
            Self::None => {
                let count = data.len().min(to.len());
                to[..count].copy_from_slice(&data[..count]);
                count
            }
            Self::Fax(scheme) => {
                let lines = fax::unpack(data, scheme, width, to);
                lines * (width as usize).div_ceil(8)
            }
            Self::Lzw => {
                // Before the specification said otherwise, codes began in the lowest bits.
                let decoder = match data {
                    [0, second, ..] if second & 1 != 0 => Decoder::new(BitOrder::Lsb, 8),
                    _ => Decoder::with_tiff_size_switch(BitOrder::Msb, 8),
                };
                Lzw::new(decoder, iter::once(data)).read(to)
            }
            Self::Deflate => {
                let flags = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER
                    | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
                decompress(&mut DecompressorOxide::new(), data, to, 0, flags).2
            }
            Self::PackBits => pack_bits(data, to),
            Self::Thunder => thunder::unpack(data, width as usize, to) * width.div_ceil(2) as usize,
            Self::Log { bytes } => log::unpack(data, width as usize, bytes, to),
            Self::Lzma => fill(to, XzReader::new_mem_limit(data, false, LZMA_KIB)),
            Self::Zstandard => {
                let decoder = StreamingDecoder::new_with_max_window_size(data, self.window());
                decoder.map_or(0, |decoder| fill(to, decoder))
            }
            Self::Jpeg | Self::OldJpeg | Self::WebP => {
                unreachable!("pictures are unpacked as such")
            }
        }
    }
}

/// Reads until `to` is full, or as far as it goes, and says how far that is.
fn fill(to: &mut [u8], mut from: impl Read) -> usize {
    let mut there = 0;
    while there < to.len() {
        match from.read(&mut to[there..]) {
            Ok(0) | Err(_) => break,
            Ok(count) => there += count,
        }
    }
    there
}

/// TIFF 6.0, section 9.
fn pack_bits(mut data: &[u8], to: &mut [u8]) -> usize {
    let mut at = 0;
    while let [length, rest @ ..] = data {
        let room = &mut to[at..];
        if room.is_empty() {
            break;
        }
        let length = *length as i8;
        if length >= 0 {
            let count = length as usize + 1;
            let stored = &rest[..count.min(rest.len())];
            let count = stored.len().min(room.len());
            room[..count].copy_from_slice(&stored[..count]);
            at += count;
            data = &rest[stored.len()..];
        } else if length == i8::MIN {
            data = rest;
        } else {
            let [byte, rest @ ..] = rest else {
                break;
            };
            let count = (1 + usize::from(length.unsigned_abs())).min(room.len());
            room[..count].fill(*byte);
            at += count;
            data = rest;
        }
    }
    at
}

/// Takes back the prediction of tag 317 in rows of samples of `bytes` bytes each, `step` of them a pixel, and leaves every sample with
/// its low byte first.
pub(super) fn unpredict(
    predictor: u64,
    order: ByteOrder,
    row: &mut [u8],
    bytes: usize,
    step: usize,
) {
    if predictor == 3 && bytes > 1 {
        return unpredict_floats(row, bytes, step);
    }
    if matches!(order, ByteOrder::Big) && bytes > 1 {
        row.chunks_exact_mut(bytes).for_each(<[u8]>::reverse);
    }
    if predictor == 2 {
        for at in bytes * step..row.len() / bytes * bytes {
            // Sample by sample from its low byte up, with the carry into the next.
            if at % bytes != 0 {
                continue;
            }
            let mut carry = false;
            for byte in at..at + bytes {
                let (sum, over) = row[byte].overflowing_add(row[byte - bytes * step]);
                let (sum, over_too) = sum.overflowing_add(u8::from(carry));
                row[byte] = sum;
                carry = over || over_too;
            }
        }
    }
}

/// The same for samples of `bits` bits that are no whole bytes, put together from the highest bit down.
pub(super) fn unpredict_bits(row: &mut [u8], bits: usize, step: usize) {
    let places = |sample: usize| sample * bits..(sample + 1) * bits;
    let count = row.len() * 8 / bits;
    let mut before = vec![0_u32; step];
    for sample in 0..count {
        let bit = |at: usize| u32::from(row[at / 8] >> (7 - at % 8) & 1);
        let difference = places(sample).fold(0, |value, at| value << 1 | bit(at));
        let last = &mut before[sample % step];
        *last = last.wrapping_add(difference);
        for (nth, at) in places(sample).rev().enumerate() {
            let mask = 0x80 >> (at % 8);
            if *last >> nth & 1 == 1 {
                row[at / 8] |= mask;
            } else {
                row[at / 8] &= !mask;
            }
        }
    }
}

/// Adobe's TIFF Technical Note 3: all highest bytes of a row, then all second ones, and so on, each less the one a pixel before.
fn unpredict_floats(row: &mut [u8], bytes: usize, step: usize) {
    for at in step..row.len() {
        row[at] = row[at].wrapping_add(row[at - step]);
    }
    let count = row.len() / bytes;
    let planes = row.to_vec();
    for (sample, to) in row.chunks_exact_mut(bytes).enumerate() {
        for (place, to) in to.iter_mut().rev().enumerate() {
            *to = planes[place * count + sample];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_bytes_are_unpacked_as_the_specification_shows() {
        // The example of TIFF 6.0, section 9.
        let packed = [
            0xFE, 0xAA, 0x02, 0x80, 0x00, 0x2A, 0xFD, 0xAA, 0x03, 0x80, 0x00, 0x2A, 0x22, 0xF7,
            0xAA,
        ];
        let unpacked = [
            0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0xAA, 0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0x22,
            0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA,
        ];
        let mut to = [0; 24];
        assert_eq!(Compression::PackBits.unpack(&packed, 0, &mut to), 24);
        assert_eq!(to, unpacked);
        let mut less = [0; 5];
        assert_eq!(Compression::PackBits.unpack(&packed, 0, &mut less), 5);
        assert_eq!(Compression::PackBits.unpack(&packed[..4], 0, &mut to), 4);
    }

    #[test]
    fn predictions_are_taken_back_in_both_orders() {
        let check = |order, row: &[u8], bytes, step, expected: &[u8]| {
            let mut row = row.to_vec();
            unpredict(2, order, &mut row, bytes, step);
            assert_eq!(row, expected);
        };
        check(
            ByteOrder::Little,
            &[10, 20, 1, 2, 255, 254],
            1,
            2,
            &[10, 20, 11, 22, 10, 20],
        );
        check(
            ByteOrder::Little,
            &[0xFF, 0x00, 0x01, 0x00],
            2,
            1,
            &[0xFF, 0x00, 0x00, 0x01],
        );
        check(
            ByteOrder::Big,
            &[0x00, 0xFF, 0x00, 0x01],
            2,
            1,
            &[0xFF, 0x00, 0x00, 0x01],
        );
    }

    #[test]
    fn predictions_of_twelve_bits_are_taken_back() {
        // 0x123, and two differences that add up to 0x124 and, beyond the largest number, to 0x120.
        let mut row = [0x12, 0x30, 0x01, 0xFF, 0xC0];
        unpredict_bits(&mut row, 12, 1);
        assert_eq!(row, [0x12, 0x31, 0x24, 0x12, 0x00]);
    }

    #[test]
    fn predicted_floats_are_put_together_again() {
        let values = [1.5_f32, -2.25, 1.0e-3];
        let bytes: Vec<[u8; 4]> = values.iter().map(|value| value.to_be_bytes()).collect();
        let mut row: Vec<u8> = (0..4)
            .flat_map(|place| bytes.iter().map(move |value| value[place]))
            .collect();
        for at in (1..row.len()).rev() {
            row[at] = row[at].wrapping_sub(row[at - 1]);
        }
        unpredict(3, ByteOrder::Big, &mut row, 4, 1);
        let expected: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        assert_eq!(row, expected);
    }
}
