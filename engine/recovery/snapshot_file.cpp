#include "engine/recovery/snapshot_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "engine/journal/crc32c.h"
#include "engine/recovery/snapshot_writer.h"

namespace hopscope::recovery {
namespace {

std::span<const std::byte> before_crc(const auto& header) {
  return std::as_bytes(std::span(&header, 1)).first(sizeof header - sizeof header.crc);
}

}  // namespace

SnapshotFile::SnapshotFile(const std::string& path) : path_(path) {
  map();
  if (error_.empty()) error_ = check();
}

SnapshotFile::~SnapshotFile() {
  if (!bytes_.empty()) munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

void SnapshotFile::map() {
  const int fd = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  void* memory = MAP_FAILED;
  if (fd >= 0 && fstat(fd, &status) == 0) {
    if (status.st_size == 0)
      error_ = "it is empty";
    else
      memory = mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
  }
  if (memory != MAP_FAILED)
    bytes_ = {static_cast<const std::byte*>(memory), static_cast<std::size_t>(status.st_size)};
  else if (error_.empty())
    error_ = std::strerror(errno);
  if (fd >= 0) close(fd);
}

std::string SnapshotFile::check() {
  if (bytes_.size() < sizeof header_) return "it is too short to hold a header";
  std::memcpy(&header_, bytes_.data(), sizeof header_);
  if (header_.magic != SnapshotHeader::kMagic) return "it is no snapshot: the first eight bytes are not HOPSNAP1";
  if (header_.crc != journal::crc32c(0, before_crc(header_))) return "its header is damaged: the CRC does not match";
  if (header_.version != kSnapshotVersion)
    return "it was written in format version " + std::to_string(header_.version) + ", this program reads version " +
           std::to_string(kSnapshotVersion);
  if (header_.size_bytes != bytes_.size())
    return "it has " + std::to_string(bytes_.size()) + " bytes in place of " + std::to_string(header_.size_bytes);
  return check_chunks();
}

std::string SnapshotFile::check_chunks() {
  std::span<const std::byte> left = bytes_.subspan(sizeof header_);
  const auto damaged = [&] { return "the chunk at byte " + std::to_string(bytes_.size() - left.size()) + " is damaged"; };
  while (!left.empty()) {
    ChunkHeader chunk;
    if (left.size() < sizeof chunk) return damaged();
    std::memcpy(&chunk, left.data(), sizeof chunk);
    if (chunk.magic != ChunkHeader::kMagic || chunk.payload_bytes > left.size() - sizeof chunk) return damaged();
    const std::span<const std::byte> payload = left.subspan(sizeof chunk, chunk.payload_bytes);
    if (chunk.crc != journal::crc32c(journal::crc32c(0, before_crc(chunk)), payload)) return damaged();
    const bool ours = chunk.run == header_.run && chunk.record == header_.record && chunk.feed_sequence == header_.feed_sequence;
    const bool in_place = chunks_.empty()
                              ? chunk.kind == ChunkKind::Whole
                              : chunk.kind == ChunkKind::Symbol && (chunks_.size() == 1 || chunk.locate > chunks_.back().locate);
    if (!ours || !in_place) return "the chunk at byte " + std::to_string(bytes_.size() - left.size()) + " is not of this snapshot";
    chunks_.push_back({chunk.kind, chunk.locate, payload});
    left = left.subspan(sizeof chunk + payload.size());
  }
  if (chunks_.empty() || chunks_.size() != header_.chunks)
    return "it has " + std::to_string(chunks_.size()) + " chunks in place of " + std::to_string(header_.chunks);
  return {};
}

bool SnapshotFile::restore(SnapshotTarget& target) const {
  if (!error_.empty() || !target.restore_whole(chunks_.front().payload)) return false;
  return std::all_of(chunks_.begin() + 1, chunks_.end(),
                     [&](const Chunk& chunk) { return target.restore_symbol(chunk.payload, chunk.locate); }) &&
         target.feed_sequence() == header_.feed_sequence;
}

std::vector<SnapshotName> snapshots_in(const std::string& directory, std::uint32_t venue) {
  const std::string prefix = "snapshot-" + snapshot_owner(venue) + "-", suffix = ".hss";
  std::vector<SnapshotName> found;
  std::error_code no_such_folder;
  for (const auto& entry : std::filesystem::directory_iterator(directory.empty() ? "." : directory, no_such_folder)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(prefix) || !name.ends_with(suffix)) continue;
    const std::string_view number = std::string_view(name).substr(prefix.size(), name.size() - prefix.size() - suffix.size());
    SnapshotName snapshot{0, entry.path()};
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), snapshot.record);
    if (error == std::errc() && end == number.data() + number.size()) found.push_back(std::move(snapshot));
  }
  std::sort(found.begin(), found.end(), [](const SnapshotName& a, const SnapshotName& b) { return a.record > b.record; });
  return found;
}

std::unique_ptr<SnapshotFile> newest_snapshot(const std::string& directory, std::uint32_t venue, std::uint64_t run, std::uint64_t until,
                                              const std::function<void(const std::string&)>& on_bad) {
  for (const SnapshotName& name : snapshots_in(directory, venue)) {
    if (name.record > until) continue;
    auto file = std::make_unique<SnapshotFile>(name.path);
    const SnapshotHeader& header = file->header();
    const bool ours = header.run == run && header.venue == venue && header.record == name.record;
    if (file->error().empty() && ours) return file;
    on_bad("snapshot " + name.path + " is passed over: " + (file->error().empty() ? "it is of another journal" : file->error()));
  }
  return nullptr;
}

}  // namespace hopscope::recovery
