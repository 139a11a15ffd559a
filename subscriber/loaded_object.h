// LoadedObject: keeps in memory what records point to, when it lies in a library.
//
// A callsite's Metadata and a place in the source are told by their addresses, and read by the
// drain later. A plugin may have been unloaded with dlclose() by then, and another library may
// have callsites of its own at the same addresses. So the first time that something of a library
// is recorded, the library is made one that stays. Nothing of that is asked of what lies in
// the program itself, which is never unloaded.
#pragma once

#include <cstdint>

namespace ari::subscriber {

// Addresses from `begin` on, so many bytes.
struct AddressRange {
  std::uintptr_t begin = 0;
  std::uintptr_t bytes = 0;
  bool contains(std::uintptr_t address) const noexcept { return address - begin < bytes; }
};

// Where the program itself lies; empty if the system does not say.
AddressRange main_program() noexcept;

// Has the library that `address` lies in stay loaded until the process ends. Nothing happens if
// it lies in none. Takes microseconds at most: for the first use of a callsite. Any thread that is
// just running code of that library, hence knows that it is there.
void keep_loaded(std::uintptr_t address) noexcept;

}  // namespace ari::subscriber
