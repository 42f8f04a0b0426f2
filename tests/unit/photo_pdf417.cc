// SPDX-License-Identifier: GPL-3.0-or-later
/* PDF417 for the tests, by libZXing's writer. */
#include <cstdint>
#include <cstdlib>
#include <string>

#define ZX_USE_UTF8 1
#include <BarcodeFormat.h>
#include <BitMatrix.h>
#include <MultiFormatWriter.h>

extern "C" uint8_t *photo_pdf417(const char *text, int *width, int *height);

extern "C" uint8_t *photo_pdf417(const char *text, int *width, int *height)
{
	const auto matrix =
		ZXing::MultiFormatWriter(ZXing::BarcodeFormat::PDF417)
			.setMargin(2)
			.encode(std::string(text), 1, 1);
	auto *out = static_cast<uint8_t *>(
		malloc(size_t(matrix.width()) * size_t(matrix.height())));

	*width = matrix.width();
	*height = matrix.height();
	for (int y = 0; y < *height; y++) {
		for (int x = 0; x < *width; x++)
			out[y * *width + x] = matrix.get(x, y) ? 0 : 255;
	}
	return out;
}
