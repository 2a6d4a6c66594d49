// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <mutex>

namespace waybill {
namespace {

std::string reason() { return std::strerror(errno); }

int64_t modifiedNs(const struct stat& info) {
  return int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

}  // namespace

// The table that the signal handler reads: no locks and no allocation there, so the slots are atomics.
struct BusErrorGuard {
  struct Slot {
    std::atomic<uintptr_t> begin, end;  // static storage: zero at start
    std::atomic<const MappedFile*> file;
  };
  static constexpr size_t kSlots = 4096;  // mapped files at one time that are guarded
  static inline std::array<Slot, kSlots> slots;
  static inline std::mutex mutex;
  static inline struct sigaction previous {};

  static void handle(int signal, siginfo_t* info, void* context) {
    const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
    for (Slot& slot : slots) {
      const uintptr_t begin = slot.begin.load(std::memory_order_acquire);
      if (begin == 0 || address < begin || address >= slot.end.load(std::memory_order_acquire)) continue;
      const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
      void* const lost = reinterpret_cast<void*>(address & ~(page - 1));
      // The bare system call: nothing that wraps mmap() need be safe in a signal handler.
      if (::syscall(SYS_mmap, lost, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != -1) {
        if (const MappedFile* file = slot.file.load(std::memory_order_acquire)) file->m_damaged.store(true);
        return;
      }
    }
    // Not ours: whoever was there before, or the default death.
    if ((previous.sa_flags & SA_SIGINFO) != 0 && previous.sa_sigaction != nullptr) {
      previous.sa_sigaction(signal, info, context);
    } else {
      ::signal(signal, SIG_DFL);
      ::raise(signal);
    }
  }

  // -1 when the table is full: the file is then mapped without protection.
  static int add(const MappedFile* file, uintptr_t begin, uintptr_t end) {
    const std::lock_guard lock(mutex);
    static const bool installed = [] {
      struct sigaction action {};
      action.sa_sigaction = &BusErrorGuard::handle;
      action.sa_flags = SA_SIGINFO;
      sigemptyset(&action.sa_mask);
      return ::sigaction(SIGBUS, &action, &previous) == 0;
    }();
    if (!installed) return -1;
    for (size_t i = 0; i < kSlots; ++i) {
      if (slots[i].file.load() != nullptr) continue;
      slots[i].file.store(file);
      slots[i].end.store(end);
      slots[i].begin.store(begin, std::memory_order_release);
      return static_cast<int>(i);
    }
    return -1;
  }

  static void remove(int slot) {
    if (slot < 0) return;
    const std::lock_guard lock(mutex);
    slots[static_cast<size_t>(slot)].begin.store(0);
    slots[static_cast<size_t>(slot)].file.store(nullptr);
  }
};

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path) {
  // Not blocking: a named pipe without a writer must not hang us before map() refuses it.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return Error{path + " cannot be opened: " + reason() + "."};
  auto mapped = map(descriptor, path, true);
  ::close(descriptor);
  return mapped;
}

Result<std::shared_ptr<const MappedFile>> MappedFile::fromDescriptor(int descriptor, const std::string& path) {
  return map(descriptor, path, false);
}

Result<std::shared_ptr<const MappedFile>> MappedFile::windowOf(int descriptor, const std::string& path,
                                                               uint64_t offset, size_t size) {
  void* const base = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, static_cast<off_t>(offset));
  if (base == MAP_FAILED) return Error{path + " cannot be mapped: " + reason() + "."};
  std::shared_ptr<MappedFile> file(new MappedFile);
  file->m_path = path;
  file->m_size = file->m_reserved = size;
  file->m_data = static_cast<const char*>(base);
  const auto begin = reinterpret_cast<uintptr_t>(base);
  file->m_slot = BusErrorGuard::add(file.get(), begin, begin + size);
  return std::shared_ptr<const MappedFile>(std::move(file));
}

Result<std::shared_ptr<const MappedFile>> MappedFile::map(int descriptor, const std::string& path, bool watched) {
  struct stat info {};
  if (::fstat(descriptor, &info) != 0) return Error{path + " cannot be read: " + reason() + "."};
  if (S_ISDIR(info.st_mode)) return Error{path + " is a folder, not a file."};
  if (!S_ISREG(info.st_mode)) return Error{path + " is not a regular file, so it cannot be mapped."};

  std::shared_ptr<MappedFile> file(new MappedFile);
  file->m_path = path;
  file->m_watched = watched;
  file->m_size = static_cast<size_t>(info.st_size);
  file->m_device = info.st_dev;
  file->m_inode = info.st_ino;
  file->m_modifiedNs = modifiedNs(info);

  // Reserve anonymous zeros first and map the file over their beginning: the padding stays readable.
  file->m_reserved = file->m_size + kPadding;
  void* const base = ::mmap(nullptr, file->m_reserved, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) return Error{path + " cannot be mapped: " + reason() + "."};
  file->m_data = static_cast<const char*>(base);
  if (file->m_size > 0 &&
      ::mmap(base, file->m_size, PROT_READ, MAP_SHARED | MAP_FIXED, descriptor, 0) == MAP_FAILED) {
    return Error{path + " cannot be mapped: " + reason() + "."};
  }
  const auto begin = reinterpret_cast<uintptr_t>(base);
  file->m_slot = BusErrorGuard::add(file.get(), begin, begin + file->m_reserved);
  return std::shared_ptr<const MappedFile>(std::move(file));
}

MappedFile::~MappedFile() {
  BusErrorGuard::remove(m_slot);
  if (m_data != nullptr) ::munmap(const_cast<char*>(m_data), m_reserved);
}

MappedFile::Change MappedFile::change() const {
  if (damaged()) return Change::Unreadable;
  if (!m_watched) return Change::None;
  struct stat info {};
  if (::stat(m_path.c_str(), &info) != 0) return errno == ENOENT ? Change::Removed : Change::Unreadable;
  if (info.st_dev != m_device || info.st_ino != m_inode) return Change::Removed;
  if (static_cast<size_t>(info.st_size) < m_size) return Change::Shortened;
  if (static_cast<size_t>(info.st_size) == m_size && modifiedNs(info) != m_modifiedNs) return Change::WrittenOver;
  return Change::None;
}

}  // namespace waybill
