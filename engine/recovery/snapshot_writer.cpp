#include "engine/recovery/snapshot_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <span>
#include <utility>

#include "engine/journal/crc32c.h"
#include "engine/journal/record.h"

namespace hopscope::recovery {
namespace {

// Symbols in which little rests have small chunks: so many bytes go out at once.
constexpr std::size_t kWriteBytes = 1u << 20;

std::span<const std::byte> bytes_of(const auto& header) { return std::as_bytes(std::span(&header, 1)); }

}  // namespace

std::string snapshot_owner(std::uint32_t venue) { return venue == journal::kOmsJournal ? "oms" : std::to_string(venue); }

std::string snapshot_path(const std::string& directory, std::uint32_t venue, std::uint64_t record) {
  return directory + "/snapshot-" + snapshot_owner(venue) + "-" + std::to_string(record) + ".hss";
}

// A file that is removed again unless it becomes the snapshot.
class SnapshotWriter::Draft {
 public:
  explicit Draft(std::string path) : path_(std::move(path)), fd_(open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (fd_ < 0) return;
    close(fd_);
    unlink(path_.c_str());
  }

  bool good() const { return fd_ >= 0; }

  // errno says why not.
  bool write(std::span<const std::byte> bytes, std::uint64_t offset) const {
    while (!bytes.empty()) {
      const ssize_t written = pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(written));
      offset += static_cast<std::uint64_t>(written);
    }
    return true;
  }

  // On the device under that name, and the name too.
  bool become(const std::string& path, const std::string& directory) {
    if (fdatasync(fd_) != 0 || std::rename(path_.c_str(), path.c_str()) != 0) return false;
    close(std::exchange(fd_, -1));
    const int folder = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && fsync(folder) == 0;
    if (folder >= 0) close(folder);
    return synced;
  }

 private:
  const std::string path_;
  int fd_;
};

std::string SnapshotWriter::write(const std::string& directory, const SnapshotHeader& at, const SnapshotSource& source) {
  const std::string path = snapshot_path(directory, at.venue, at.record);
  Draft draft(path + ".draft");
  SnapshotHeader header = at;
  header.feed_sequence = source.feed_sequence();
  bool written = draft.good() && write_chunks(draft, header, source);
  header.crc = journal::crc32c(0, bytes_of(header).first(offsetof(SnapshotHeader, crc)));
  written = written && draft.write(bytes_of(header), 0) && draft.become(path, directory);
  if (written) return {};
  return "journal: snapshot " + path + " cannot be written (" + std::strerror(errno) +
         "): free some space there, or name another folder with journal.directory";
}

bool SnapshotWriter::write_chunks(Draft& draft, SnapshotHeader& header, const SnapshotSource& source) {
  pending_.clear();
  header.size_bytes = sizeof header;
  const auto write_out = [&] {
    const bool written = draft.write(pending_, header.size_bytes);
    header.size_bytes += pending_.size();
    pending_.clear();
    return written;
  };
  const auto add = [&](ChunkKind kind, std::uint16_t locate, auto&& save) {
    const std::size_t at = pending_.size();
    pending_.resize(at + sizeof(ChunkHeader));
    save();
    ChunkHeader chunk{
        ChunkHeader::kMagic, kind, locate, header.run, header.record, header.feed_sequence, pending_.size() - at - sizeof chunk, 0, 0};
    if (chunk.payload_bytes == 0) return pending_.resize(at);
    const std::uint32_t crc = journal::crc32c(0, bytes_of(chunk).first(offsetof(ChunkHeader, crc)));
    chunk.crc = journal::crc32c(crc, std::span(pending_).subspan(at + sizeof chunk));
    std::memcpy(pending_.data() + at, &chunk, sizeof chunk);
    ++header.chunks;
  };
  add(ChunkKind::Whole, 0, [&] { source.save_whole(pending_); });
  for (std::uint32_t locate = 0; locate <= source.max_locate(); ++locate) {
    const auto symbol = static_cast<std::uint16_t>(locate);
    add(ChunkKind::Symbol, symbol, [&] { source.save_symbol(symbol, pending_); });
    if (pending_.size() >= kWriteBytes && !write_out()) return false;
  }
  return write_out();
}

}  // namespace hopscope::recovery
