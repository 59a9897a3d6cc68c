; Intrinsics on integers.

declare { i32, i1 } @llvm.uadd.with.overflow.i32(i32, i32)
declare { i32, i1 } @llvm.smul.with.overflow.i32(i32, i32)
declare { <2 x i8>, <2 x i1> } @llvm.usub.with.overflow.v2i8(<2 x i8>, <2 x i8>)
declare i32 @llvm.uadd.sat.i32(i32, i32)
declare i32 @llvm.ssub.sat.i32(i32, i32)
declare i32 @llvm.umin.i32(i32, i32)
declare i32 @llvm.smax.i32(i32, i32)
declare i32 @llvm.fshl.i32(i32, i32, i32)
declare i32 @llvm.fshr.i32(i32, i32, i32)
declare i32 @llvm.ctpop.i32(i32)
declare i32 @llvm.ctlz.i32(i32, i1)
declare i32 @llvm.cttz.i32(i32, i1)
declare i32 @llvm.bswap.i32(i32)
declare i32 @llvm.bitreverse.i32(i32)
declare i32 @llvm.abs.i32(i32, i1)
declare i8 @llvm.scmp.i8.i32(i32, i32)
declare i8 @llvm.ucmp.i8.i32(i32, i32)

define { i32, i1 } @overflow(i32 %a, i32 %b) {
  %1 = call { i32, i1 } @llvm.uadd.with.overflow.i32(i32 %a, i32 %b)
  %sum = extractvalue { i32, i1 } %1, 0
  %2 = call { i32, i1 } @llvm.smul.with.overflow.i32(i32 %sum, i32 -1)
  ret { i32, i1 } %2
}

define <2 x i1> @overflow_of_lanes(<2 x i8> %a, <2 x i8> %b) {
  %1 = call { <2 x i8>, <2 x i1> } @llvm.usub.with.overflow.v2i8(<2 x i8> %a, <2 x i8> %b)
  %2 = extractvalue { <2 x i8>, <2 x i1> } %1, 1
  ret <2 x i1> %2
}

define i32 @two(i32 %a, i32 %b) {
  %1 = call i32 @llvm.uadd.sat.i32(i32 %a, i32 %b)
  %2 = call i32 @llvm.ssub.sat.i32(i32 %1, i32 %b)
  %3 = call i32 @llvm.umin.i32(i32 %2, i32 %b)
  %4 = call i32 @llvm.smax.i32(i32 %3, i32 %b)
  %5 = call i32 @llvm.fshl.i32(i32 %4, i32 %b, i32 7)
  %6 = call i32 @llvm.fshr.i32(i32 %5, i32 %5, i32 %a)
  ret i32 %6
}

define i32 @one(i32 %a) {
  %1 = call i32 @llvm.ctpop.i32(i32 %a)
  %2 = call i32 @llvm.ctlz.i32(i32 %1, i1 true)
  %3 = call i32 @llvm.cttz.i32(i32 %2, i1 false)
  %4 = call i32 @llvm.bswap.i32(i32 %3)
  %5 = call i32 @llvm.bitreverse.i32(i32 %4)
  %6 = call i32 @llvm.abs.i32(i32 %5, i1 true)
  ret i32 %6
}

define i8 @three_way(i32 %a, i32 %b) {
  %1 = call i8 @llvm.scmp.i8.i32(i32 %a, i32 %b)
  %2 = call i8 @llvm.ucmp.i8.i32(i32 %a, i32 %b)
  %3 = or i8 %1, %2
  ret i8 %3
}
