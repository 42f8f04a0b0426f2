// SPDX-License-Identifier: GPL-3.0-or-later
/* Makes any picked picture fit what the server takes. */

const LONGEST = 4096;
const QUALITY = 0.92;
const SMALLEST_QUALITY = 0.6;

/* code is the end of an i18n key: file.error.CODE */
export class ImageError extends Error {
	constructor(code) {
		super(code);
		this.imageCode = code;
	}
}

export function toJpeg(canvas, quality) {
	return new Promise((resolve, reject) => {
		canvas.toBlob((blob) => {
			if (blob)
				resolve(blob);
			else
				reject(new ImageError('unreadable'));
		}, 'image/jpeg', quality || QUALITY);
	});
}

/* Browsers without createImageBitmap's options turn the picture themselves. */
function decodeByElement(blob) {
	return new Promise((resolve, reject) => {
		const url = URL.createObjectURL(blob);
		const image = new Image();
		image.onload = () => {
			URL.revokeObjectURL(url);
			resolve(image);
		};
		image.onerror = () => {
			URL.revokeObjectURL(url);
			reject(new ImageError('unreadable'));
		};
		image.src = url;
	});
}

async function decode(blob) {
	if (window.createImageBitmap) {
		try {
			return await createImageBitmap(blob,
				{ imageOrientation: 'from-image' });
		} catch (e) {
			/* An older browser, or not a picture: try once more. */
		}
	}
	return decodeByElement(blob);
}

function sizeOf(image) {
	return {
		width: image.naturalWidth || image.width,
		height: image.naturalHeight || image.height,
	};
}

function draw(image, longest) {
	const size = sizeOf(image);
	const scale = Math.min(1, longest / Math.max(size.width, size.height));
	const canvas = document.createElement('canvas');
	canvas.width = Math.max(1, Math.round(size.width * scale));
	canvas.height = Math.max(1, Math.round(size.height * scale));
	const pen = canvas.getContext('2d');
	pen.imageSmoothingQuality = 'high';
	pen.drawImage(image, 0, 0, canvas.width, canvas.height);
	return canvas;
}

/* Lower quality first, then fewer pixels, until it is small enough. */
async function shrink(image, maxBytes) {
	for (let longest = LONGEST; longest >= 1024; longest *= 0.75) {
		const canvas = draw(image, longest);
		for (let q = QUALITY; q >= SMALLEST_QUALITY; q -= 0.16) {
			const blob = await toJpeg(canvas, q);
			if (blob.size <= maxBytes)
				return blob;
		}
	}
	throw new ImageError('large');
}

function jpegName(name) {
	return (name || 'photo').replace(/\.[^.]*$/, '') + '.jpg';
}

function isPdf(file) {
	return file.type === 'application/pdf' || /\.pdf$/i.test(file.name);
}

function checkPdf(file, options) {
	if (!options.media_types.includes('application/pdf'))
		throw new ImageError('type');
	if (file.size > options.max_bytes)
		throw new ImageError('pdf_large');
	return { blob: file.slice(0, file.size, 'application/pdf'),
		name: file.name };
}

/*
 * A picked file as {blob, name}, ready to send. PDFs go as they are; pictures
 * of other types, too many pixels or bytes become JPEG. Throws ImageError.
 */
export async function prepareFile(file, options) {
	if (!file.size)
		throw new ImageError('empty');
	if (isPdf(file))
		return checkPdf(file, options);
	if (file.type && !file.type.startsWith('image/'))
		throw new ImageError('type');
	const image = await decode(file);
	const size = sizeOf(image);
	const fits = Math.max(size.width, size.height) <= LONGEST &&
		file.size <= options.max_bytes &&
		options.media_types.includes(file.type);
	if (fits)
		return { blob: file, name: file.name };
	return { blob: await shrink(image, options.max_bytes),
		name: jpegName(file.name) };
}

/* The present picture of a video, full resolution, not mirrored. */
export async function captureFrame(video, maxBytes) {
	const canvas = document.createElement('canvas');
	canvas.width = video.videoWidth;
	canvas.height = video.videoHeight;
	if (!canvas.width || !canvas.height)
		throw new ImageError('unreadable');
	canvas.getContext('2d').drawImage(video, 0, 0);
	const blob = await toJpeg(canvas, QUALITY);
	return blob.size <= maxBytes ? blob : shrink(canvas, maxBytes);
}
