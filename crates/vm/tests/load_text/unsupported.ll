; What has no counterpart ends only the path that reaches it, with its name.

declare i32 @llvm.returnaddress.made.up(i32)
declare ptr @llvm.returnaddress(i32)

define half @half_floats(half %a, ptr %p) {
  %b = load half, ptr %p, align 2
  store half %b, ptr %p, align 2
  %c = fadd half %a, %b
  ret half %c
}

define fp128 @wide_floats(fp128 %a) {
  %b = fmul fp128 %a, %a
  %c = fptrunc fp128 %b to double
  ret fp128 %a
}

define i32 @assembly() {
  %x = call i32 asm "rdtsc", "={eax},~{edx}"()
  ret i32 %x
}

define i64 @variadic(ptr %list) {
  %x = va_arg ptr %list, i64
  %y = add i64 %x, 1
  ret i64 %y
}

define ptr @return_address() {
  %x = call ptr @llvm.returnaddress(i32 0)
  ret ptr %x
}

define i32 @scalable(ptr %p) {
  %x = load <vscale x 4 x i32>, ptr %p, align 16
  %y = extractelement <vscale x 4 x i32> %x, i32 0
  ret i32 %y
}

define i32 @jumps(ptr %target) {
  indirectbr ptr %target, [label %a, label %b]
a:
  ret i32 1
b:
  ret i32 2
}

define float @float_update(ptr %p, float %x) {
  %old = atomicrmw fadd ptr %p, float %x monotonic, align 4
  ret float %old
}
