# What HILDA has OpenOCD do: flash an image, or reset a board.
#
# Programs the chunks of an image one by one, so that whoever watches sees a slow chip from a stuck probe. Says what
# OpenOCD's own "program" says, and after each step a line "hilda: STEP DONE/TOTAL".

proc hilda_give_up {verdict reason} {
    if {$reason ne ""} { echo $reason }
    echo $verdict
    shutdown error
    error $verdict
}

# The sectors, as {bank sector address}, that hold a byte of one of the ranges {address size}.
proc hilda_sectors_of {ranges} {
    set found {}
    for {set bank 0} {$bank < [llength [flash list]]} {incr bank} {
        set info [flash info $bank]
        if {![regexp {at 0x([0-9a-fA-F]+)} $info all base]} { continue }
        foreach line [split $info "\n"] {
            if {![regexp {#[ ]*([0-9]+): 0x([0-9a-fA-F]+) \(0x([0-9a-fA-F]+)} $line all sector offset size]} { continue }
            set first [expr {"0x$base" + "0x$offset"}]
            foreach range $ranges {
                lassign $range address length
                if {$address < $first + "0x$size" && $first < $address + $length} {
                    lappend found [list $bank $sector $first]
                    break
                }
            }
        }
    }
    return $found
}

# chunks: list of {file address size}
proc hilda_write {chunks} {
    set ranges {}
    foreach chunk $chunks { lappend ranges [lrange $chunk 1 2] }
    set sectors [hilda_sectors_of $ranges]
    if {[llength $sectors] == 0} { error "no flash bank holds the image" }
    set done 0
    foreach sector $sectors {
        lassign $sector bank number address
        echo [format "hilda: erasing 0x%08x" $address]
        flash erase_sector $bank $number $number
        echo "hilda: erased [incr done]/[llength $sectors]"
    }
    set done 0
    foreach chunk $chunks {
        lassign $chunk file address
        flash write_image $file $address bin
        echo "hilda: written [incr done]/[llength $chunks]"
    }
}

# The chip refuses a debugger its flash when it is read-protected, and OpenOCD then tells of a failed erase. FLASH_OPTSR_CUR
# of the STM32H7 (RM0433 4.9.8) says so beforehand: 0xAA is no protection.
proc hilda_require_no_protection {} {
    global _CHIPNAME
    if {![info exists _CHIPNAME] || ![string match stm32h7* $_CHIPNAME]} { return }
    if {[catch {read_memory 0x5200201C 32 1} options]} { return }
    set protection [expr {($options >> 8) & 0xFF}]
    if {$protection != 0xAA} { error "hilda: read-out protection is set (RDP [format 0x%02X $protection])" }
}

# Says which chip this is, by its 12 bytes there. One that cannot be read has other troubles, which are told by what fails next.
proc hilda_say_chip {address} {
    if {[catch {read_memory $address 32 3} words]} { return }
    set id ""
    foreach word $words {
        for {set shift 0} {$shift < 32} {incr shift 8} { append id [format %02x [expr {($word >> $shift) & 0xFF}]] }
    }
    echo "hilda: chip $id"
}

# The option bytes in force (RM0433 4.9: OPTSR, PRAR, SCAR, WPSN of bank 1, BOOT, PRAR, SCAR, WPSN of bank 2), without the bits
# of OPTSR that tell of a change under way.
proc hilda_say_options {} {
    global _CHIPNAME
    if {![info exists _CHIPNAME] || ![string match stm32h7* $_CHIPNAME]} { return }
    set options ""
    foreach offset {0x1C 0x28 0x30 0x38 0x40 0x128 0x130 0x138} {
        if {[catch {read_memory [expr {0x52002000 + $offset}] 32 1} word]} { return }
        if {$offset == 0x1C} { set word [expr {$word & 0xBFFFFFFE}] }
        append options [format " %08x" $word]
    }
    echo "hilda: options$options"
}

proc hilda_reset {} {
    init
    hilda_say_options
    reset run
    shutdown
}

# aim: replace; or keep, so that an image that is there already is left alone, each bit of it checked; or start, so that any
#     other is left alone too
# unique_id: its address
proc hilda_flash {image chunks aim unique_id} {
    if {[catch {init} reason]} { hilda_give_up "** OpenOCD init failed **" $reason }
    if {[catch {reset init} reason]} { hilda_give_up "** Unable to reset target **" $reason }
    echo "hilda: connected 1/1"
    hilda_say_chip $unique_id
    if {[catch {hilda_require_no_protection} reason]} { hilda_give_up "** Programming Refused **" $reason }
    if {$aim ne "replace" && ![catch {verify_image_checksum $image}]} {
        echo "hilda: kept 1/1"
    } elseif {$aim eq "start"} {
        hilda_give_up "** Programming Refused **" "hilda: the image is not there"
    } else {
        if {$aim eq "keep"} { echo "hilda: replaced 1/1" }
        echo "** Programming Started **"
        if {[catch {hilda_write $chunks} reason]} { hilda_give_up "** Programming Failed **" $reason }
        echo "** Programming Finished **"
        echo "** Verify Started **"
        if {[catch {verify_image $image} reason]} { hilda_give_up "** Verify Failed **" $reason }
    }
    echo "** Verified OK **"
    echo "hilda: verified 1/1"
    poll off
    echo "** Resetting Target **"
    reset run
    shutdown
}
