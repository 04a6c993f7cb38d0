#include "native/elf_notes.h"

#include <elf.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>

#include "native/failure.h"

namespace hopscope::native {
namespace {

class ElfFile {
 public:
  explicit ElfFile(const std::string& path) : path_(path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw Failure("probes: " + path + ": " + std::strerror(errno) + ": build the engine first (`npm run setup`)");
    bytes_.assign(std::istreambuf_iterator<char>(in), {});
    if (bytes_.size() < sizeof header_ || std::memcmp(bytes_.data(), ELFMAG, SELFMAG) != 0 || bytes_[EI_CLASS] != ELFCLASS64 ||
        bytes_[EI_DATA] != ELFDATA2LSB)
      throw Failure("probes: " + path + " is not a 64-bit little-endian ELF file: name the engine's executable");
    header_ = at<Elf64_Ehdr>(0);
    if (header_.e_shstrndx < header_.e_shnum) names_ = contents(section(header_.e_shstrndx));
  }

  std::optional<Elf64_Shdr> find_section(std::string_view name) const {
    for (unsigned i = 0; i < header_.e_shnum; ++i) {
      const Elf64_Shdr candidate = section(i);
      if (text(names_, candidate.sh_name) == name) return candidate;
    }
    return std::nullopt;
  }

  std::span<const char> contents(const Elf64_Shdr& section) const { return slice(section.sh_offset, section.sh_size); }

  std::uint64_t file_offset(std::uint64_t address) const {
    for (unsigned i = 0; i < header_.e_phnum; ++i) {
      const auto segment = at<Elf64_Phdr>(header_.e_phoff + std::uint64_t{i} * header_.e_phentsize);
      if (segment.p_type == PT_LOAD && address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz)
        return address - segment.p_vaddr + segment.p_offset;
    }
    cut_short();
  }

  template <class T>
  T at(std::uint64_t offset) const {
    T value;
    std::memcpy(&value, slice(offset, sizeof value).data(), sizeof value);
    return value;
  }

  // A zero-terminated string that starts at `offset`.
  std::string_view text(std::span<const char> table, std::size_t offset) const {
    if (offset >= table.size()) cut_short();
    const auto rest = table.subspan(offset);
    const void* end = std::memchr(rest.data(), 0, rest.size());
    if (!end) cut_short();
    return {rest.data(), static_cast<std::size_t>(static_cast<const char*>(end) - rest.data())};
  }

  [[noreturn]] void cut_short() const { throw Failure("probes: " + path_ + " is cut short or damaged: build the engine again"); }

 private:
  std::span<const char> slice(std::uint64_t offset, std::uint64_t length) const {
    if (offset > bytes_.size() || length > bytes_.size() - offset) cut_short();
    return std::span(bytes_).subspan(offset, length);
  }
  Elf64_Shdr section(unsigned index) const { return at<Elf64_Shdr>(header_.e_shoff + std::uint64_t{index} * header_.e_shentsize); }

  std::string path_;
  std::vector<char> bytes_;
  Elf64_Ehdr header_{};
  std::span<const char> names_;
};

constexpr std::size_t aligned4(std::size_t n) { return (n + 3) & ~std::size_t{3}; }

}  // namespace

std::vector<SiteNote> read_site_notes(const std::string& path, std::string_view provider) {
  const ElfFile elf(path);
  std::vector<SiteNote> found;
  const auto notes = elf.find_section(".note.stapsdt");
  if (!notes) return found;
  const auto base = elf.find_section(".stapsdt.base");
  const std::span<const char> bytes = elf.contents(*notes);

  for (std::size_t position = 0; position + sizeof(Elf64_Nhdr) <= bytes.size();) {
    Elf64_Nhdr note;
    std::memcpy(&note, bytes.data() + position, sizeof note);
    const std::size_t owner = position + sizeof note;
    const std::size_t descriptor = owner + aligned4(note.n_namesz);
    position = descriptor + aligned4(note.n_descsz);
    constexpr std::size_t kAddressBytes = 3 * sizeof(std::uint64_t);  // location, base, semaphore
    if (position > bytes.size() || note.n_descsz < kAddressBytes) elf.cut_short();
    if (note.n_type != 3 || elf.text(bytes, owner) != "stapsdt") continue;

    std::uint64_t location, base_as_written;
    std::memcpy(&location, bytes.data() + descriptor, sizeof location);
    std::memcpy(&base_as_written, bytes.data() + descriptor + sizeof location, sizeof base_as_written);
    // Prelinking moves the text but not the note: the base section tells by how much.
    if (base) location += base->sh_addr - base_as_written;
    const auto strings = bytes.subspan(descriptor + kAddressBytes, note.n_descsz - kAddressBytes);
    const std::string_view owner_of_site = elf.text(strings, 0);
    if (owner_of_site != provider) continue;
    const std::string_view name = elf.text(strings, owner_of_site.size() + 1);
    found.push_back({std::string(name), location, elf.file_offset(location)});
  }
  return found;
}

}  // namespace hopscope::native
