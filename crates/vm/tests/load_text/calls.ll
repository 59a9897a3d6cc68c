; Calls: direct, indirect, variadic, with hidden copies; and what becomes instructions in place.

%big = type { [3 x i64] }

declare void @take(ptr byval(%big) align 8, i32)
declare i32 @printf(ptr, ...)
declare { i8, i64 } @pair(<2 x i32>)
declare void @llvm.assume(i1)
declare i1 @llvm.expect.i1(i1, i1)
declare void @llvm.trap()
declare void @llvm.donothing()
declare i32 @personality(...)
declare double @llvm.powi.f64.i32(double, i32)
declare i64 @llvm.objectsize.i64.p0(ptr, i1, i1, i1)

define i64 @calls(ptr %p, ptr %f, <2 x i32> %v) {
  call void @take(ptr byval(%big) align 8 %p, i32 1)
  %count = call i32 (ptr, ...) @printf(ptr %p, i32 7, double 1.0)
  %pair = call { i8, i64 } @pair(<2 x i32> %v)
  %x = call i64 %f({ i8, i64 } %pair)
  call void @forwarded(ptr @take)
  ret i64 %x
}

define void @forwarded(ptr %f) {
  call void %f()
  ret void
}

define void @markers(i1 %c, ptr %p) {
  %likely = call i1 @llvm.expect.i1(i1 %c, i1 true)
  call void @llvm.assume(i1 %likely)
  call void @llvm.assume(i1 true) [ "align"(ptr %p, i64 8) ]
  %size = call i64 @llvm.objectsize.i64.p0(ptr %p, i1 false, i1 true, i1 false)
  store i64 %size, ptr %p, align 8
  ret void
}

define void @ends() {
  call void @llvm.trap()
  unreachable
}

define i64 @black_box(ptr %p, i64 %x) {
  call void asm sideeffect "", "r,~{memory}"(ptr %p)
  %same = call i64 asm sideeffect "", "=r,0,~{memory}"(i64 %x)
  ret i64 %same
}

define void @invoked_intrinsic() personality ptr @personality {
  invoke void @llvm.donothing() to label %ok unwind label %pad
ok:
  ret void
pad:
  %x = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %x
}

define double @power(double %x, i32 %n) {
  %y = call double @llvm.powi.f64.i32(double %x, i32 %n)
  ret double %y
}

define i32 @features() {
  %all = call { i32, i64, i32, i32 } asm "mov ${0:q}, rbx\0Acpuid\0Axchg ${0:q}, rbx", "=&r,={ax},={cx},={dx},1,2,~{memory}"(i32 0, i32 0)
  %some = extractvalue { i32, i64, i32, i32 } %all, 2
  ret i32 %some
}
