// SPDX-License-Identifier: GPL-3.0-or-later
/* The camera: opening, switching, stopping, and why it failed. */

const REASONS = {
	NotAllowedError: 'denied', SecurityError: 'denied',
	NotFoundError: 'missing', DevicesNotFoundError: 'missing',
	OverconstrainedError: 'missing',
	NotReadableError: 'taken', TrackStartError: 'taken',
	AbortError: 'taken',
};

/* reason is the end of an i18n key: camera.error.REASON */
export class CameraError extends Error {
	constructor(reason) {
		super(reason);
		this.reason = reason;
	}
}

/* Whether it is worth offering the camera at all; null or a reason. */
export function cameraObstacle() {
	if (window.isSecureContext === false)
		return 'insecure';
	if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia)
		return 'unsupported';
	return null;
}

function wishes(facing, deviceId) {
	const video = { width: { ideal: 1920 }, height: { ideal: 1080 } };
	if (deviceId)
		video.deviceId = { exact: deviceId };
	else
		video.facingMode = { ideal: facing };
	return { video, audio: false };
}

function stopTracks(stream) {
	stream.getTracks().forEach((track) => track.stop());
}

async function listCameras() {
	try {
		const all = await navigator.mediaDevices.enumerateDevices();
		return all.filter((d) => d.kind === 'videoinput' && d.deviceId);
	} catch (e) {
		return [];
	}
}

function deviceOf(stream) {
	const track = stream.getVideoTracks()[0];
	const settings = track && track.getSettings ? track.getSettings() : {};
	return { id: settings.deviceId || '', facing: settings.facingMode || '' };
}

async function start(facing, deviceId) {
	try {
		return await navigator.mediaDevices.getUserMedia(
			wishes(facing, deviceId));
	} catch (error) {
		throw new CameraError(REASONS[error.name] || 'failed');
	}
}

/*
 * Opens a camera ("environment" or "user"). The result has stream, cameras
 * (how many), facing, onend(callback), next() for another one, and stop().
 */
export async function openCamera(facing, deviceId) {
	const obstacle = cameraObstacle();
	if (obstacle)
		throw new CameraError(obstacle);
	const stream = await start(facing, deviceId);
	const cameras = await listCameras();
	const device = deviceOf(stream);
	let stopped = false;
	return {
		stream,
		cameras: cameras.length,
		facing: device.facing,
		onend(callback) {
			stream.getVideoTracks().forEach((track) =>
				track.addEventListener('ended', () => {
					if (!stopped)
						callback();
				}));
		},
		next() {
			stopped = true;
			stopTracks(stream);
			const at = cameras.findIndex((c) => c.deviceId === device.id);
			const other = cameras[(at + 1) % cameras.length];
			return openCamera(facing, other && other.deviceId);
		},
		stop() {
			stopped = true;
			stopTracks(stream);
		},
	};
}

/* A phone or tablet: fingers, no mouse. */
export function isHandheld() {
	return window.matchMedia('(hover: none) and (pointer: coarse)').matches;
}
