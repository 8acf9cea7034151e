// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.nio.charset.StandardCharsets;

/** A small valid profile for tests to break. */
final class GoodProfile {
    static final String TEXT = """
            name: good
            description: a board
            mcu: STM32H743ZIT6
            core: cortex-m7
            verified_on: virtual
            timing: measured
            supply: ldo
            max_vos: vos0
            chip:
              idcode_address: 0x5C001000
              dev_id: 0x450
              revisions:
                - name: Y
                  rev_id: 0x1003
                  core_hz: 400000000
                  bus_hz: 200_000_000
                  usart_kernel_hz: 100000000
                  vos: vos1
              unique_id_address: 0x1FF1E800
              unique_ids: silicon-only
              flash_endurance_cycles: 10000
            memory:
              - {name: FLASH, origin: 0x08000000, size_bytes: 2097152, roles: [code, weights]}
              - name: DTCM
                origin: 0x20000000
                size_bytes: 131072
                roles: [stack, data, activations]

            # The serial port.
            usart:
              instance: USART3
              tx_pin: PD8
              rx_pin: PD9
              alternate_function: 7
              default_baud: 921600
              baud_ladder: [115200, 921600]
            probe:
              discovery: usb-sysfs
              usb_ids: ["0483:374b"]
              kinds:
                - {type: v2-1, max_reliable_baud: 1000000}
            openocd:
              backend: usb
              transport: dapdirect_swd
              interface_file: interface/stlink-dap.cfg
              target_file: target/stm32h7x_dual_bank.cfg
              reset_config: srst_only
            toolchain:
              compiler: arm-none-eabi-gcc
              cpu_flags: [-mcpu=cortex-m7]
            budget:
              code_reserve_bytes: 131072
              flash_bytes: 1966080
              ram_reserve_bytes: 0
              ram_bytes: 65536
            """;

    private GoodProfile() {}

    static BoardProfile load(String text) {
        return ProfileLoader.load("dir/good.yaml", text.getBytes(StandardCharsets.UTF_8));
    }
}
