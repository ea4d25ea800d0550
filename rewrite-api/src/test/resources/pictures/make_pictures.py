"""Makes the JPEG files of this folder and, beside each, the PNG that the Python Imaging Library reads it as.

Needs Pillow, numpy, ImageMagick and libjpeg's cjpeg. jfif_adobe0.jpg and exif6.jpg were made by hand.
"""
import struct
import subprocess

import numpy as np
from PIL import Image, ImageCms, ImageOps

y, x = np.mgrid[0:37, 0:45]
rgb = np.stack([x * 5, y * 6, (x * 31 + y * 17) // 4 % 256], -1).astype(np.uint8)
Image.fromarray(rgb).save("source.png")

# ImageMagick writes Adobe's inks as YCCK; the same file with the marker's last byte 0 is plain inks.
subprocess.run("convert source.png -colorspace CMYK -quality 90 ycck.jpg", shell=True, check=True)
data = bytearray(open("ycck.jpg", "rb").read())
at = data.find(b"Adobe") + 11
assert data[at] == 2
data[at] = 0
open("inks.jpg", "wb").write(data)

# A profile that no picture has: red and green exchanged. Readers that apply it exchange them.
profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


def tag(name):
    at = profile.find(name)
    return struct.unpack(">I", profile[at + 4:at + 8])[0]


red, green = tag(b"rXYZ"), tag(b"gXYZ")
profile[red:red + 20], profile[green:green + 20] = bytes(profile[green:green + 20]), bytes(profile[red:red + 20])
Image.fromarray(rgb).save("profile.jpg", icc_profile=bytes(profile), quality=85)

# No marker says what the channels are: luminance and colour differences, whatever the subsampling.
for name, sampling in ("bare", 0), ("bare_small", 2):
    Image.fromarray(rgb).save(name + ".jpg", quality=80, subsampling=sampling)
    data = open(name + ".jpg", "rb").read()
    assert data[2:4] == b"\xff\xe0"
    length = struct.unpack(">H", data[4:6])[0]
    open(name + ".jpg", "wb").write(data[:2] + data[4 + length:])

Image.fromarray(rgb).save("progressive.jpg", quality=80, progressive=True)

# Inks with fewer colour differences than luminances, in scans, and smaller than a block; restarts after every block.


def pattern(width, height):
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack([x * 37 % 256, y * 53 % 256, (x * 31 + y * 17) % 256], -1).astype(np.uint8)
    Image.fromarray(pixels).save("pattern.ppm")


for name, width, height, options in (
        ("ycck_small", 45, 37, "-sampling-factor 4:2:0"),
        ("ycck_progressive", 17, 33, "-sampling-factor 4:2:2 -interlace JPEG"),
        ("ycck_dot", 1, 1, "-sampling-factor 4:2:0")):
    pattern(width, height)
    subprocess.run(f"convert pattern.ppm -colorspace CMYK -quality 85 {options} {name}.jpg", shell=True, check=True)
for name, width, height, options in (
        ("restart_small", 33, 16, "-sample 2x2,1x1,1x1 -restart 1"),
        ("restart_progressive", 17, 33, "-sample 2x1,1x1,1x1 -restart 1B -progressive")):
    pattern(width, height)
    subprocess.run(f"cjpeg -quality 85 {options} -outfile {name}.jpg pattern.ppm", shell=True, check=True)

for name in (
        "ycck", "ycck_small", "ycck_progressive", "ycck_dot", "restart_small", "restart_progressive", "inks", "profile",
        "bare", "bare_small", "progressive", "jfif_adobe0", "exif6"):
    ImageOps.exif_transpose(Image.open(name + ".jpg")).convert("RGB").save(name + ".png", optimize=True)
subprocess.run("rm source.png pattern.ppm", shell=True, check=True)
