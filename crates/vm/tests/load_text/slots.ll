; promoted
; Stack slots that are plain variables become registers; those in which a fault could hide do not.

declare void @escape(ptr)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)

define i64 @pair(i64 %a, ptr %b) {
  %slot = alloca [16 x i8], align 8
  store i64 %a, ptr %slot, align 8
  %second = getelementptr inbounds i8, ptr %slot, i64 8
  store ptr %b, ptr %second, align 8
  %again = getelementptr inbounds { i64, ptr }, ptr %slot, i32 0, i32 1
  %p = load ptr, ptr %again, align 8
  %x = load i64, ptr %slot, align 8
  %y = load i64, ptr %p, align 8
  %z = add i64 %x, %y
  ret i64 %z
}

define i32 @loop(i32 %n) {
entry:
  %i = alloca [4 x i8], align 4
  store i32 %n, ptr %i, align 4
  br label %head
head:
  %old = load i32, ptr %i, align 4
  %new = sub i32 %old, 1
  store i32 %new, ptr %i, align 4
  %done = icmp eq i32 %new, 0
  br i1 %done, label %exit, label %head
exit:
  %last = load i32, ptr %i, align 4
  ret i32 %last
}

define i32 @read_before_written() {
  %slot = alloca [4 x i8], align 4
  %x = load i32, ptr %slot, align 4
  ret i32 %x
}

define i32 @read_before_written_defined() {
  %slot = alloca [4 x i8], align 4
  %x = load i32, ptr %slot, align 4, !noundef !0
  ret i32 %x
}

define i32 @past_the_end(i32 %a) {
  %slot = alloca [4 x i8], align 4
  %next = getelementptr i8, ptr %slot, i64 4
  store i32 %a, ptr %slot, align 4
  %x = load i32, ptr %next, align 4
  ret i32 %x
}

define i32 @misaligned(i32 %a) {
  %slot = alloca [8 x i8], align 4
  %odd = getelementptr i8, ptr %slot, i64 2
  store i32 %a, ptr %odd, align 4
  %x = load i32, ptr %odd, align 4
  ret i32 %x
}

define i32 @two_types(float %a) {
  %slot = alloca [4 x i8], align 4
  store float %a, ptr %slot, align 4
  %x = load i32, ptr %slot, align 4
  ret i32 %x
}

define i16 @overlapping(i32 %a) {
  %slot = alloca [4 x i8], align 4
  store i32 %a, ptr %slot, align 4
  %half = getelementptr i8, ptr %slot, i64 2
  %x = load i16, ptr %half, align 2
  ret i16 %x
}

define i32 @escaping(i32 %a) {
  %slot = alloca [4 x i8], align 4
  store i32 %a, ptr %slot, align 4
  call void @escape(ptr %slot)
  %x = load i32, ptr %slot, align 4
  ret i32 %x
}

define ptr @stored_itself() {
  %slot = alloca [8 x i8], align 8
  store ptr %slot, ptr %slot, align 8
  %x = load ptr, ptr %slot, align 8
  ret ptr %x
}

define i8 @unknown_step(i64 %i) {
  %slot = alloca [4 x i8], align 4
  %part = getelementptr inbounds i8, ptr %slot, i64 %i
  store i8 1, ptr %part, align 1
  %x = load i8, ptr %part, align 1
  ret i8 %x
}

define i32 @volatile(i32 %a) {
  %slot = alloca [4 x i8], align 4
  store volatile i32 %a, ptr %slot, align 4
  %x = load i32, ptr %slot, align 4
  ret i32 %x
}

define i32 @unused_load(ptr %p) {
  %x = load i32, ptr %p, align 4
  ret i32 0
}

!0 = !{}
