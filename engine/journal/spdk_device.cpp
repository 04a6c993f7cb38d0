#include "engine/journal/spdk_device.h"

#include <spdk/bdev.h>
#include <spdk/env.h>
#include <spdk/module/bdev/nvme.h>
#include <spdk/thread.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "engine/journal/block.h"
#include "engine/journal/foreign_content.h"
#include "engine/journal/spdk_environment.h"

namespace hopscope::journal {
namespace {

std::string names_of_all() {
  std::string names;
  for (spdk_bdev* bdev = spdk_bdev_first(); bdev; bdev = spdk_bdev_next(bdev))
    names += (names.empty() ? "" : ", ") + std::string(spdk_bdev_get_name(bdev));
  return names.empty() ? "none" : names;
}

bool is(const spdk_bdev* bdev, std::string_view product) { return product == spdk_bdev_get_product_name(bdev); }
bool only_memory(const spdk_bdev* bdev) { return is(bdev, "Malloc disk") || is(bdev, "Null disk"); }
bool nvme_without_cache(const spdk_bdev* bdev) { return is(bdev, "NVMe disk") && !spdk_bdev_has_write_cache(bdev); }

// Empty where a flush would do what it is asked for. A layer above others (split, raid, logical volume) hands it down.
std::string check_flush(spdk_bdev* bdev, const std::string& config) {
  const std::string name = std::string("journal.durability: the bdev ") + spdk_bdev_get_name(bdev);
  if (nvme_without_cache(bdev)) return {};
  if (!spdk_bdev_io_type_supported(bdev, SPDK_BDEV_IO_TYPE_FLUSH))
    return name + " (" + spdk_bdev_get_product_name(bdev) + ") has no FLUSH: take an aio bdev or an NVMe controller, or durability=write";
  if (is(bdev, "AIO disk")) return {};
  spdk_bdev_nvme_opts nvme{};
  spdk_bdev_nvme_get_opts(&nvme, sizeof nvme);
  if (nvme.enable_flush) return {};
  return name + " would swallow it, as SPDK's NVMe bdevs do: put bdev_nvme_set_options with enable_flush: true into " + config +
         ", or use durability=write";
}

// What a block that is done is worth. Whether a cache is in front of the medium is only believed of an NVMe controller: the uring bdev says
// "none" of every file, and layers above others do not know.
std::string describe_durability(const spdk_bdev* bdev, bool flushed) {
  if (is(bdev, "Malloc disk")) return "copied to memory by SPDK's malloc bdev: nothing is durable";
  if (is(bdev, "Null disk")) return "thrown away by SPDK's null bdev: nothing is durable";
  const std::string by = std::string("by SPDK's bdev ") + spdk_bdev_get_name(bdev) + " (" + spdk_bdev_get_product_name(bdev) + ")";
  if (nvme_without_cache(bdev)) return "write completed " + by + ", which reports no volatile write cache";
  return flushed ? "write and the flush behind it completed " + by
                 : "write completed " + by + ", no flush: a volatile write cache may still hold it";
}

struct FreeDma {
  void operator()(std::byte* memory) const { spdk_dma_free(memory); }
};
using DmaBytes = std::unique_ptr<std::byte, FreeDma>;

// The bdev is going away: writes fail from here on, and tell the journal.
void on_event(spdk_bdev_event_type, spdk_bdev*, void*) {}

}  // namespace

SpdkDevice::~SpdkDevice() { close(); }

std::string SpdkDevice::open(const core::JournalPlan& journal, unsigned venue) {
  const core::SpdkPlan& plan = journal.spdk;
  name_ = plan.bdevs[venue];
  std::string error = spdk::enter(plan, "venue" + std::to_string(venue), thread_);
  if (!error.empty()) return error;
  if (const int failed = spdk_bdev_open_ext(name_.c_str(), true, on_event, nullptr, &descriptor_); failed != 0) {
    const std::string why = failed == -ENODEV ? "does not exist" : std::string("cannot be opened (") + std::strerror(-failed) + ")";
    error = "journal.spdk.bdev: " + name_ + " " + why + ": " + plan.config + " makes " + names_of_all();
  } else {
    spdk_bdev* bdev = spdk_bdev_desc_get_bdev(descriptor_);
    flush_ = journal.durability == core::Durability::Flush && !only_memory(bdev);
    if (flush_) error = check_flush(bdev, plan.config);
    if (error.empty()) error = adopt(bdev);
  }
  if (!error.empty()) close();
  return error;
}

std::string SpdkDevice::adopt(spdk_bdev* bdev) {
  alignment_bytes_ = std::size_t{spdk_bdev_get_block_size(bdev)} * spdk_bdev_get_write_unit_size(bdev);
  size_bytes_ = spdk_bdev_get_num_blocks(bdev) * spdk_bdev_get_block_size(bdev);
  if (kFileAlignmentBytes % alignment_bytes_ != 0)
    return "journal.spdk.bdev: " + name_ + " is written in units of " + std::to_string(alignment_bytes_) +
           " bytes: take one with blocks of 512 to 4096 bytes and without metadata";
  durable_kind_ = describe_durability(bdev, flush_);
  channel_ = spdk_bdev_get_io_channel(descriptor_);
  if (!channel_) return "journal.spdk.bdev: " + name_ + " has no I/O channel left: raise journal.spdk.memory";
  return only_memory(bdev) ? "" : check_content();
}

std::string SpdkDevice::check_content() {
  const std::size_t bytes = std::min<std::uint64_t>(kSignsBytes, size_bytes_);
  DmaBytes signs(static_cast<std::byte*>(spdk_dma_zmalloc(bytes, kFileAlignmentBytes, nullptr)));
  if (!signs) return "journal: no memory to look at the bdev " + name_ + ": raise journal.spdk.memory";
  if (spdk_bdev_read(descriptor_, channel_, signs.get(), 0, bytes, on_read, this) == 0) {
    ++under_way_;
    // What SPDK still reads into must stay.
    if (!spdk::poll_until(thread_, kHungDeviceSeconds, [this] { return under_way_ == 0; })) static_cast<void>(signs.release());
  }
  if (!read_good_) return "journal: the bdev " + name_ + " cannot be read: look after the device";
  if (!is_foreign({signs.get(), bytes})) return {};
  return "journal: the bdev " + name_ +
         " holds something else than a journal: name another journal.spdk.bdev, or if nothing on it is needed " +
         "write zeros over its first 128 KiB (docs/spdk.md)";
}

void SpdkDevice::on_read(spdk_bdev_io* io, bool good, void* context) {
  spdk_bdev_free_io(io);
  auto& device = *static_cast<SpdkDevice*>(context);
  device.read_good_ = good;
  --device.under_way_;
}

std::span<std::byte> SpdkDevice::take_buffers(std::size_t bytes) {
  buffers_ = static_cast<std::byte*>(spdk_dma_zmalloc(bytes, kFileAlignmentBytes, nullptr));
  if (!buffers_) return {};
  return {buffers_, bytes};
}

std::string SpdkDevice::submit(std::uint64_t sequence, std::uint64_t offset, std::span<const std::byte> bytes) {
  spdk_set_thread(thread_);  // this thread of the operating system may poll several devices
  Write* write = writes_.data();
  while (write->device) ++write;  // one is free: the caller keeps to depth()
  *write = {this, sequence, offset, bytes.size()};
  const int failed = spdk_bdev_write(descriptor_, channel_, const_cast<std::byte*>(bytes.data()), offset, bytes.size(), on_written, write);
  if (failed == 0) {
    ++under_way_;
    return {};
  }
  write->device = nullptr;
  return "journal: the bdev " + name_ + " takes no write (" + std::strerror(-failed) +
         "): " + (failed == -ENOMEM ? "raise bdev_io_pool_size in journal.spdk.config (docs/spdk.md)" : "is the device still there?");
}

void SpdkDevice::on_written(spdk_bdev_io* io, bool good, void* context) {
  Write& write = *static_cast<Write*>(context);
  SpdkDevice& device = *write.device;
  if (!good || !device.flush_) return on_done(io, good, context);
  spdk_bdev_free_io(io);
  const int failed = spdk_bdev_flush(device.descriptor_, device.channel_, write.offset, write.bytes, on_done, context);
  if (failed != 0) device.finish(write, false);
}

void SpdkDevice::on_done(spdk_bdev_io* io, bool good, void* context) {
  Write& write = *static_cast<Write*>(context);
  std::uint32_t command_specific = 0;
  if (!good) spdk_bdev_io_get_nvme_status(io, &command_specific, &write.status_type, &write.status_code);
  spdk_bdev_free_io(io);
  write.device->finish(write, good);
}

void SpdkDevice::finish(Write& write, bool good) {
  write.good = good;
  --under_way_;
  done_[completed_++ % kDepth] = &write;
}

bool SpdkDevice::reap(std::uint64_t& sequence, std::string& error) {
  if (completed_ == reaped_) {
    spdk_thread_poll(thread_, 0, 0);
    if (++polls_ % kPollsPerAppTurn == 0) spdk::poll_app_thread();
    if (completed_ == reaped_) return false;
  }
  Write& write = *done_[reaped_++ % kDepth];
  sequence = write.sequence;
  if (!write.good)
    error = "journal: a write to the bdev " + name_ + " failed at byte " + std::to_string(write.offset) + " (NVMe status " +
            std::to_string(write.status_type) + "/" + std::to_string(write.status_code) +
            "): look after the device, or use another journal.device";
  write.device = nullptr;
  return true;
}

std::string SpdkDevice::close() {
  if (!thread_) return {};
  spdk_set_thread(thread_);
  spdk_thread* thread = thread_;
  thread_ = nullptr;
  // What SPDK still writes from must stay: better lost than used for something else.
  if (!spdk::poll_until(thread, kHungDeviceSeconds, [this] { return under_way_ == 0; }))
    return "journal: the bdev " + name_ + " has not completed a write for " + std::to_string(kHungDeviceSeconds) +
           " s: look after the device";
  if (channel_) spdk_put_io_channel(channel_);
  if (descriptor_) spdk_bdev_close(descriptor_);
  spdk_dma_free(buffers_);
  channel_ = nullptr;
  descriptor_ = nullptr;
  buffers_ = nullptr;
  spdk::leave(thread);
  return {};
}

std::string open_spdk_device(const core::JournalPlan& plan, unsigned venue, std::unique_ptr<BlockDevice>& device) {
  auto opened = std::make_unique<SpdkDevice>();
  std::string error = opened->open(plan, venue);
  if (error.empty()) device = std::move(opened);
  return error;
}

}  // namespace hopscope::journal
