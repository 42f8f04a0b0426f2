// SPDX-License-Identifier: GPL-3.0-or-later
/* Trained weights as bytes of this program: see Makefile.am for MODELS. */
#include "cmd/check/models.h"

__asm__(".section .rodata\n"
	".balign 16\n"
	".global model_ocrb\n"
	"model_ocrb:\n"
	".incbin \"" MODELS "/ocrb.bin\"\n"
	"1:\n"
	".balign 8\n"
	".global model_ocrb_size\n"
	"model_ocrb_size:\n"
	".quad 1b - model_ocrb\n"
	".previous\n");
