; Initial contents: bytes, addresses over them, and the bytes that nothing initialises.

@text = private unnamed_addr constant [5 x i8] c"hello", align 1
@number = global i32 -2, align 4
@zeros = internal global [100 x i8] zeroinitializer, align 16
@packed = constant <{ ptr, [8 x i8], ptr }> <{ ptr @text, [8 x i8] c"\05\00\00\00\00\00\00\00", ptr getelementptr inbounds (i8, ptr @zeros, i64 10) }>, align 8
@vtable = constant [3 x ptr] [ptr @drop, ptr inttoptr (i64 8 to ptr), ptr null], align 8
@padded = global { i8, i32 } { i8 1, i32 2 }, align 4
@partly = global <{ i8, [3 x i8], [4 x i8] }> <{ i8 7, [3 x i8] undef, [4 x i8] c"abcd" }>, align 4
@integer_address = global i64 ptrtoint (ptr @text to i64), align 8
@float = constant [2 x double] [double 1.5, double -0.0], align 8
@wide = constant i128 -3, align 16
@lanes = constant <4 x i16> <i16 1, i16 2, i16 3, i16 4>, align 8
@own = thread_local global i32 7, align 4
@elsewhere = external global i8
@weak = extern_weak global i8
@name = alias i8, ptr getelementptr inbounds (i8, ptr @zeros, i64 4)
@difference = constant i32 trunc (i64 sub (i64 ptrtoint (ptr @text to i64), i64 ptrtoint (ptr @zeros to i64)) to i32), align 4

declare void @drop(ptr)
declare extern_weak void @maybe()
declare ptr @llvm.threadlocal.address.p0(ptr)

define ptr @uses(i1 %c) {
  %own = call ptr @llvm.threadlocal.address.p0(ptr @own)
  %a = select i1 %c, ptr @name, ptr @weak
  %b = select i1 %c, ptr %a, ptr @maybe
  %d = select i1 %c, ptr %b, ptr @drop
  %e = select i1 %c, ptr %d, ptr %own
  ret ptr %e
}
