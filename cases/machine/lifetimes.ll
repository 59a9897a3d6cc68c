; Objects that have ended, and allocations that are given back wrongly.
;
; @used_while_alive: held
; @used_after_free: fails undefined-behaviour: after its end
; @freed_twice: fails undefined-behaviour: invalid deallocation: it was freed before
; @freed_in_the_middle: fails undefined-behaviour: the address is not the allocation's start
; @freed_from_the_stack: fails undefined-behaviour: it was not allocated by this allocator
; @freed_with_its_layout: held
; @freed_with_another_size: fails undefined-behaviour: deallocation with size 9
; @freed_with_another_alignment: fails undefined-behaviour: alignment 4 of memory
; @grown_and_kept: held
; @grown_and_old_used: fails undefined-behaviour: after its end
; @slot_after_return: fails undefined-behaviour: a stack slot of a function that returned
; @slot_before_return: held
; @freed_on_one_way: fails undefined-behaviour: after its end
; @freed_on_the_other_way: held
; @c_allocation: held
; @c_memory_to_rust: fails undefined-behaviour: it was not allocated by this allocator
; @zeroed: held
; @not_zeroed: fails undefined-behaviour: uninitialised or poisoned value used to decide a branch

declare ptr @__rust_alloc(i64, i64)
declare ptr @__rust_alloc_zeroed(i64, i64)
declare void @__rust_dealloc(ptr, i64, i64)
declare ptr @__rust_realloc(ptr, i64, i64, i64)
declare ptr @malloc(i64)
declare void @free(ptr)
declare void @"proofhouse::machine::choose_boolean"(ptr)

define void @used_while_alive() {
  %p = call ptr @__rust_alloc(i64 8, i64 8)
  store i64 1, ptr %p
  call void @__rust_dealloc(ptr %p, i64 8, i64 8)
  ret void
}

define void @used_after_free() {
  %p = call ptr @__rust_alloc(i64 8, i64 8)
  call void @__rust_dealloc(ptr %p, i64 8, i64 8)
  store i64 1, ptr %p
  ret void
}

define void @freed_twice() {
  %p = call ptr @__rust_alloc(i64 8, i64 8)
  call void @__rust_dealloc(ptr %p, i64 8, i64 8)
  call void @__rust_dealloc(ptr %p, i64 8, i64 8)
  ret void
}

define void @freed_in_the_middle() {
  %p = call ptr @__rust_alloc(i64 8, i64 8)
  %q = getelementptr i8, ptr %p, i64 4
  call void @__rust_dealloc(ptr %q, i64 8, i64 8)
  ret void
}

define void @freed_from_the_stack() {
  %p = alloca i64
  call void @__rust_dealloc(ptr %p, i64 8, i64 8)
  ret void
}

define void @freed_with_its_layout() {
  %p = call ptr @__rust_alloc(i64 8, i64 8)
  call void @__rust_dealloc(ptr %p, i64 8, i64 8)
  ret void
}

define void @freed_with_another_size() {
  %p = call ptr @__rust_alloc(i64 8, i64 8)
  call void @__rust_dealloc(ptr %p, i64 9, i64 8)
  ret void
}

define void @freed_with_another_alignment() {
  %p = call ptr @__rust_alloc(i64 8, i64 8)
  call void @__rust_dealloc(ptr %p, i64 8, i64 4)
  ret void
}

define void @grown_and_kept() {
  %p = call ptr @__rust_alloc(i64 4, i64 4)
  store i32 7, ptr %p
  %q = call ptr @__rust_realloc(ptr %p, i64 4, i64 4, i64 8)
  %value = load i32, ptr %q
  %kept = icmp eq i32 %value, 7
  br i1 %kept, label %good, label %bad
good:
  ret void
bad:
  unreachable
}

define void @grown_and_old_used() {
  %p = call ptr @__rust_alloc(i64 4, i64 4)
  store i32 7, ptr %p
  %q = call ptr @__rust_realloc(ptr %p, i64 4, i64 4, i64 8)
  %value = load i32, ptr %p
  ret void
}

define ptr @leak() {
  %slot = alloca i32
  ret ptr %slot
}

define void @slot_after_return() {
  %p = call ptr @leak()
  store i32 1, ptr %p
  ret void
}

define void @write(ptr %p) {
  store i32 1, ptr %p
  ret void
}

define void @slot_before_return() {
  %slot = alloca i32
  call void @write(ptr %slot)
  ret void
}

define i1 @coin() {
  %slot = alloca i8
  call void @"proofhouse::machine::choose_boolean"(ptr %slot)
  %byte = load i8, ptr %slot
  %bit = trunc i8 %byte to i1
  ret i1 %bit
}

define void @freed_on_one_way() {
  %p = call ptr @__rust_alloc(i64 8, i64 8)
  %coin = call i1 @coin()
  br i1 %coin, label %free, label %go
free:
  call void @__rust_dealloc(ptr %p, i64 8, i64 8)
  br label %go
go:
  store i64 1, ptr %p
  ret void
}

; The same coin decides both times.
define void @freed_on_the_other_way() {
  %p = call ptr @__rust_alloc(i64 8, i64 8)
  %coin = call i1 @coin()
  br i1 %coin, label %free, label %go
free:
  call void @__rust_dealloc(ptr %p, i64 8, i64 8)
  br label %go
go:
  br i1 %coin, label %end, label %use
use:
  store i64 1, ptr %p
  call void @__rust_dealloc(ptr %p, i64 8, i64 8)
  br label %end
end:
  ret void
}

define void @c_allocation() {
  %p = call ptr @malloc(i64 8)
  store i64 1, ptr %p, align 16
  call void @free(ptr %p)
  call void @free(ptr null)
  ret void
}

define void @c_memory_to_rust() {
  %p = call ptr @malloc(i64 8)
  call void @__rust_dealloc(ptr %p, i64 8, i64 16)
  ret void
}

define void @zeroed() {
  %p = call ptr @__rust_alloc_zeroed(i64 8, i64 8)
  %value = load i64, ptr %p
  %is_zero = icmp eq i64 %value, 0
  br i1 %is_zero, label %good, label %bad
good:
  ret void
bad:
  unreachable
}

define void @not_zeroed() {
  %p = call ptr @__rust_alloc(i64 8, i64 8)
  %value = load i64, ptr %p
  %is_zero = icmp eq i64 %value, 0
  br i1 %is_zero, label %good, label %good
good:
  ret void
}
