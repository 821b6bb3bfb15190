//! What a file says about its maker, its place and its time is not handed on.

use crate::samples::{Drawing, exif, gif, jpeg, png, tiff, webp};
use moxcms::ColorProfile;
use thumbnail::{Limits, OutputFormat, Spec, render};

/// Stands in every text of every source below, and so in any block that is copied.
const SECRET: &[u8] = b"SECRET-52.5163N-13.3777E";

/// An EXIF block with an orientation, and behind it whatever else: a GPS directory, a maker's note, a smaller picture.
fn block() -> Vec<u8> {
    let smaller = jpeg::usual(&Drawing::gradient(16, 16));
    [&exif(6)[..], SECRET, &smaller].concat()
}

/// A profile that names its owner.
fn profile() -> Vec<u8> {
    let profile = ColorProfile::new_display_p3().encode().expect("a profile");
    let mut profile = [&profile[..], SECRET].concat();
    let length = u32::try_from(profile.len()).expect("short").to_be_bytes();
    profile[..4].copy_from_slice(&length);
    profile
}

/// A file of each format with all the kinds of metadata that it can carry.
fn sources() -> Vec<(&'static str, Vec<u8>)> {
    let drawing = Drawing::quarters(
        300,
        260,
        [
            [200, 20, 30, 255],
            [9, 9, 9, 255],
            [10, 90, 250, 255],
            [255; 4],
        ],
    );
    let with_secret = |prefix: &[u8]| [prefix, SECRET].concat();
    let xmp = with_secret(b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>");
    let iptc = with_secret(b"Photoshop 3.0\x008BIM\x04\x04\0\0");
    let icc = [b"ICC_PROFILE\0\x01\x01", &profile()[..]].concat();

    let mut from_jpeg = jpeg::usual(&drawing);
    for (marker, data) in [(0xFE, SECRET), (0xED, &iptc), (0xE2, &icc), (0xE1, &xmp)] {
        from_jpeg = jpeg::with_segment(&from_jpeg, marker, data);
    }
    let from_jpeg = [&jpeg::with_exif(&from_jpeg, &block())[..], SECRET].concat();

    let mut from_png = png::usual(&drawing);
    for (name, data) in [
        (*b"tEXt", with_secret(b"Author\0")),
        (*b"iTXt", with_secret(b"XML:com.adobe.xmp\0\0\0\0\0")),
        (*b"tIME", vec![7, 210, 1, 1, 1, 1, 1]),
        (*b"eXIf", block()),
    ] {
        from_png = png::with_chunk(&from_png, name, &data);
    }

    let from_webp = webp::written(&drawing, |encoder| {
        encoder.set_icc_profile(profile());
        encoder.set_exif_metadata(block());
        encoder.set_xmp_metadata(with_secret(b"<x:xmpmeta/>"));
    });

    let mut from_gif = gif::usual(&drawing);
    let end = from_gif.len() - 1;
    let mut comment = vec![0x21, 0xFE, SECRET.len() as u8];
    comment.extend(SECRET);
    comment.push(0);
    from_gif.splice(end..end, comment.clone());
    // Behind the header, the screen and what table of colours it has, too.
    let table = match from_gif[10] {
        flags if flags & 0x80 != 0 => 3 << ((flags & 7) + 1),
        _ => 0,
    };
    from_gif.splice(13 + table..13 + table, comment);

    let mut from_tiff = tiff::described(&drawing);
    from_tiff.profile = Some(profile());
    let from_tiff = [&from_tiff.bytes()[..], SECRET].concat();

    vec![
        ("JPEG", from_jpeg),
        ("PNG", from_png),
        ("WebP", from_webp),
        ("GIF", from_gif),
        ("TIFF", from_tiff),
    ]
}

#[test]
fn nothing_of_it_is_in_a_thumbnail() {
    /// Names of what would hold it, in any of the four formats.
    const HOLDERS: [&[u8]; 16] = [
        b"Exif",
        b"eXIf",
        b"EXIF",
        b"ns.adobe",
        b"xmpmeta",
        b"XMP ",
        b"Photoshop",
        b"8BIM",
        b"ICC_PROFILE",
        b"iCCP",
        b"ICCP",
        b"tEXt",
        b"zTXt",
        b"iTXt",
        b"tIME",
        b"acsp",
    ];
    for (name, source) in sources() {
        let holds = |file: &[u8], part: &[u8]| file.windows(part.len()).any(|some| some == part);
        assert!(holds(&source, SECRET), "{name} has nothing to lose");
        for format in OutputFormat::ALL {
            let spec = Spec::default().with_format(format);
            let picture = render(&source, &spec, &Limits::default());
            let made = picture
                .unwrap_or_else(|error| panic!("{name}: {error}"))
                .bytes;
            assert!(!holds(&made, SECRET), "{name} to {format}");
            for holder in HOLDERS {
                let text = String::from_utf8_lossy(holder);
                assert!(!holds(&made, holder), "{name} to {format}: {text}");
            }
        }
    }
}
