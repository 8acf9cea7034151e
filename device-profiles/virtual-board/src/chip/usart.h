// SPDX-License-Identifier: GPL-2.0-or-later
// The eight USARTs and UARTs (RM0433 chapter 48): asynchronous mode, 8N1, with and without FIFO, DMA and
// interrupts. Only USART3 on PD8/PD9 leads anywhere: to the ST-Link's virtual COM port. The others send into
// the void.
#ifndef VB_USART_H
#define VB_USART_H

#include "chip/chip_internal.h"

void usart_new_all(Chip *chip); // fills chip->usarts and chip->usart3
void usart_free(Usart *usart);
void usart_receive(Usart *usart, uint8_t byte, double bits_per_second); // a frame ends now
bool usart_is_sending(const Usart *usart);
// Whether the USART asks the DMA for the transfer with this DMAMUX1 request number.
bool usart_requests_dma(const Usart *usart, unsigned request);

#endif
