// SPDX-License-Identifier: GPL-3.0-or-later
/* PDF417 as libZXing writes it; no exception leaves it. */
#include <cstdlib>
#include <string>

#define ZX_USE_UTF8 1
#include <BarcodeFormat.h>
#include <BitMatrix.h>
#include <MultiFormatWriter.h>

#include "cmd/specimen/pdf417.h"

static uint8_t *encode(const char *text, size_t len, int *width, int *height)
{
	const auto matrix =
		ZXing::MultiFormatWriter(ZXing::BarcodeFormat::PDF417)
			.setMargin(0)
			.setEccLevel(5)
			.encode(std::string(text, len), 1, 1);
	const size_t all = size_t(matrix.width()) * size_t(matrix.height());
	auto *out = static_cast<uint8_t *>(std::malloc(all));

	*width = matrix.width();
	*height = matrix.height();
	for (size_t i = 0; out && i < all; i++)
		out[i] = matrix.get(int(i % size_t(*width)),
				    int(i / size_t(*width)));
	return out;
}

extern "C" uint8_t *pdf417_encode(const char *text, size_t len, int *width,
				  int *height)
{
	try {
		return encode(text, len, width, height);
	} catch (...) {
		return nullptr;
	}
}
