// SPDX-License-Identifier: GPL-3.0-or-later
/* The C face of libZXing: 1.4 and 2.x; no exception leaves it. */
#include <algorithm>

/* 1.4 asks for it, later ones know nothing else */
#define ZX_USE_UTF8 1
#include <ReadBarcode.h>
#if __has_include(<Version.h>)
#include <Version.h>
#else
#include <ZXVersion.h>
#endif

#include "check/barcode_zxing.h"

#if ZXING_VERSION_MAJOR > 2 ||                                                 \
	(ZXING_VERSION_MAJOR == 2 && ZXING_VERSION_MINOR >= 2)
using Options = ZXing::ReaderOptions;
#else
using Options = ZXing::DecodeHints;
#endif

static int look(const uint8_t *grey, int width, int height, int turned,
		struct barcode_found *out)
{
	const ZXing::ImageView view(grey, width, height,
				    ZXing::ImageFormat::Lum);
	Options options;

	options.setFormats(ZXing::BarcodeFormat::PDF417);
	options.setTryHarder(true);
	options.setTryRotate(turned);
	options.setTryDownscale(false);
	const auto found = ZXing::ReadBarcode(view, options);

	if (!found.isValid())
		return 0;
	const auto &bytes = found.bytes();

	if (bytes.empty() || bytes.size() > sizeof(out->bytes))
		return 0;
	std::copy(bytes.begin(), bytes.end(), out->bytes);
	out->len = bytes.size();
	for (int i = 0; i < 4; i++) {
		out->corners[i][0] = found.position()[i].x;
		out->corners[i][1] = found.position()[i].y;
	}
	return 1;
}

extern "C" int barcode_zxing(const uint8_t *grey, int width, int height,
			     int turned, struct barcode_found *out)
{
	try {
		return look(grey, width, height, turned, out);
	} catch (...) {
		return 0;
	}
}
