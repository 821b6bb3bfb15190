//! The picture formats that are read and written.

use std::fmt;

/// A picture format. Every one of them is read; the first four, which browsers show, are written too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// ITU-T T.81, with or without a JFIF or EXIF header.
    Jpeg,
    /// Portable Network Graphics, APNG included.
    Png,
    /// Lossy, lossless and animated WebP.
    WebP,
    /// GIF87a and GIF89a.
    Gif,
    /// Windows bitmaps.
    Bmp,
    /// TIFF in either byte order, BigTIFF included.
    Tiff,
    /// HEIF whose pictures are coded by HEVC.
    Heic,
    /// HEIF whose pictures are coded by AV1.
    Avif,
    /// JPEG XL, bare or in its container.
    Jxl,
    /// Scalable Vector Graphics, plain or compressed by gzip.
    Svg,
    /// Windows icons and cursors.
    Ico,
    /// A camera's raw photograph, of which the preview is read: DNG, CR2, CR3, NEF, ARW, RAF, RW2 and others.
    Raw,
}

impl Format {
    /// Every format that is read.
    pub const ALL: [Self; 12] = [
        Self::Jpeg,
        Self::Png,
        Self::WebP,
        Self::Gif,
        Self::Bmp,
        Self::Tiff,
        Self::Heic,
        Self::Avif,
        Self::Jxl,
        Self::Svg,
        Self::Ico,
        Self::Raw,
    ];

    /// The media type, as `Content-Type` carries it: `image/jpeg`.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
            Self::Heic => "image/heic",
            Self::Avif => "image/avif",
            Self::Jxl => "image/jxl",
            Self::Svg => "image/svg+xml",
            Self::Ico => "image/vnd.microsoft.icon",
            // The one of them that is registered, and the one that cameras of several makers write.
            Self::Raw => "image/x-adobe-dng",
        }
    }

    /// The usual extension of a file name, without the dot: `jpg`.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tif",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::Jxl => "jxl",
            Self::Svg => "svg",
            Self::Ico => "ico",
            Self::Raw => "dng",
        }
    }

    /// The format whose files carry this extension (without the dot, in any case), or `None`.
    ///
    /// For telling whether a name is truthful. What a file holds is decided by its bytes alone.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        Some(match extension.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" | "jpe" | "jfif" => Self::Jpeg,
            "png" | "apng" => Self::Png,
            "webp" => Self::WebP,
            "gif" => Self::Gif,
            "bmp" | "dib" => Self::Bmp,
            "tif" | "tiff" => Self::Tiff,
            "heic" | "heif" | "hif" => Self::Heic,
            "avif" => Self::Avif,
            "jxl" => Self::Jxl,
            "svg" | "svgz" => Self::Svg,
            "ico" | "cur" => Self::Ico,
            "dng" | "cr2" | "cr3" | "nef" | "nrw" | "arw" | "raf" | "rw2" | "rwl" | "pef"
            | "srw" => Self::Raw,
            _ => return None,
        })
    }

    /// The lower-case name that reports carry: `jpeg`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::Jxl => "jxl",
            Self::Svg => "svg",
            Self::Ico => "ico",
            Self::Raw => "raw",
        }
    }
}

impl fmt::Display for Format {
    /// As people write it: `JPEG`, `WebP`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
            Self::Jxl => "JPEG XL",
            Self::Svg => "SVG",
            Self::Ico => "icon",
            Self::Raw => "raw photograph",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_own_extension() {
        for format in Format::ALL {
            assert_eq!(Format::from_extension(format.extension()), Some(format));
            let shouted = format.extension().to_uppercase();
            assert_eq!(Format::from_extension(&shouted), Some(format));
        }
        assert_eq!(Format::from_extension("txt"), None);
        assert_eq!(Format::from_extension(""), None);
    }

    #[test]
    fn a_media_type_begins_with_the_name_below_image() {
        for format in Format::ALL {
            let below = format.content_type().strip_prefix("image/");
            let names = [format.name(), "vnd.microsoft.icon", "x-adobe-dng"];
            assert!(
                names
                    .iter()
                    .any(|name| below.is_some_and(|below| below.starts_with(name)))
            );
        }
    }
}
