; Loads and stores touch exactly the bytes that belong to the value's leaves.

%pair = type { i8, i32, [2 x i16] }

@table = external global [4 x %pair]

define i32 @slots(i32 %n) {
  %slot = alloca i32, align 4
  %array = alloca %pair, i32 %n, align 16
  call void @llvm.lifetime.start.p0(ptr %slot)
  store i32 %n, ptr %slot, align 4
  %x = load i32, ptr %slot, align 4, !noundef !0
  call void @llvm.lifetime.end.p0(ptr %slot)
  ret i32 %x
}

define %pair @aggregate(ptr %p, ptr %q) {
  %x = load %pair, ptr %p, align 8
  store %pair %x, ptr %q, align 2
  ret %pair %x
}

define <4 x i1> @packed_lanes(ptr %p, ptr %q) {
  %x = load <4 x i1>, ptr %p, align 1
  store <4 x i1> %x, ptr %q, align 1
  ret <4 x i1> %x
}

define <2 x i12> @odd_lanes(ptr %p) {
  %x = load <2 x i12>, ptr %p, align 4
  ret <2 x i12> %x
}

define <2 x ptr> @lanes(ptr %p) {
  %x = load <2 x ptr>, ptr %p, align 16
  ret <2 x ptr> %x
}

define i128 @wide(ptr %p, i128 %v) {
  store i128 %v, ptr %p, align 16
  %x = load i128, ptr %p, align 8
  %y = load i24, ptr %p, align 4
  ret i128 %x
}

define ptr @steps(ptr %p, i64 %i, i32 %j, i128 %k) {
  %a = getelementptr inbounds nuw %pair, ptr %p, i64 %i, i32 2, i32 %j
  %b = getelementptr i8, ptr %a, i64 -3
  %c = getelementptr inbounds [4 x %pair], ptr %b, i64 0, i64 1, i32 1
  %d = getelementptr i32, ptr %c, i128 %k
  %e = getelementptr i8, ptr %d, i64 0
  ret ptr %e
}

define ptr @constant_steps() {
  %a = getelementptr inbounds [4 x %pair], ptr @table, i64 0, i64 2, i32 1
  ret ptr %a
}

define <2 x ptr> @lane_steps(ptr %p, <2 x i64> %i) {
  %a = getelementptr i32, ptr %p, <2 x i64> %i
  %b = getelementptr i8, <2 x ptr> %a, i64 1
  ret <2 x ptr> %b
}

declare void @llvm.lifetime.start.p0(ptr)
declare void @llvm.lifetime.end.p0(ptr)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memmove.p0.p0.i32(ptr, ptr, i32, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare ptr @llvm.ptrmask.p0.i64(ptr, i64)

define ptr @blocks(ptr %p, ptr %q, i32 %n, i8 %b) {
  call void @llvm.memcpy.p0.p0.i64(ptr align 8 %p, ptr align 8 %q, i64 24, i1 false)
  call void @llvm.memmove.p0.p0.i32(ptr %p, ptr %q, i32 %n, i1 false)
  call void @llvm.memset.p0.i64(ptr %p, i8 %b, i64 7, i1 false)
  %aligned = call ptr @llvm.ptrmask.p0.i64(ptr %p, i64 -16)
  ret ptr %aligned
}

define i1 @atomics(ptr %p, i64 %v) {
  %a = load atomic i64, ptr %p acquire, align 8
  store atomic i64 %v, ptr %p release, align 8
  %b = load atomic i64, ptr %p monotonic, align 8
  %old = atomicrmw add ptr %p, i64 %v acq_rel, align 8
  %nand = atomicrmw nand ptr %p, i64 %v seq_cst, align 8
  %exchanged = atomicrmw xchg ptr %p, ptr null monotonic, align 8
  %pair = cmpxchg weak ptr %p, i64 %old, i64 %v acquire monotonic, align 8
  fence seq_cst
  %done = extractvalue { i64, i1 } %pair, 1
  ret i1 %done
}

!0 = !{}
