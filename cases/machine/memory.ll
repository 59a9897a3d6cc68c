; Copies, fills, comparisons, and accesses at addresses that depend on the input.
;
; @copied_bytes_are_equal: held
; @changed_copy_differs: held
; @overlapping_copy: fails undefined-behaviour: copy between ranges that overlap
; @overlapping_move: held
; @filled: held
; @copied_too_far: fails undefined-behaviour: read of 9 bytes out of the bounds
; @copied_nothing: held
; @table: held
; @table_written: held
; @words_in_a_table: held
; @one_of_two_objects: held
; @one_of_two_objects_is_too_small: fails undefined-behaviour: out of the bounds
; @copied_length: held
; @bytes_of_a_word: held
; @overwritten_half: held

@squares = constant [16 x i16] [i16 0, i16 1, i16 4, i16 9, i16 16, i16 25, i16 36, i16 49, i16 64, i16 81, i16 100, i16 121, i16 144, i16 169, i16 196, i16 225]

declare void @"proofhouse::machine::choose_integer"(ptr, ptr)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare i32 @memcmp(ptr, ptr, i64)

; A number from 0 to `maximum`.
define i64 @number(i64 %maximum) {
  %request = alloca [40 x i8], align 8
  %result = alloca [16 x i8], align 8
  call void @llvm.memset.p0.i64(ptr %request, i8 0, i64 40, i1 false)
  %at = getelementptr i8, ptr %request, i64 16
  store i64 %maximum, ptr %at, align 8
  %width = getelementptr i8, ptr %request, i64 32
  store i32 64, ptr %width
  call void @"proofhouse::machine::choose_integer"(ptr %request, ptr %result)
  %number = load i64, ptr %result
  ret i64 %number
}

define void @check(i1 %good) {
  br i1 %good, label %ok, label %bad
ok:
  ret void
bad:
  unreachable
}

define void @copied_bytes_are_equal() {
  %from = alloca i64
  %to = alloca i64
  %number = call i64 @number(i64 -1)
  store i64 %number, ptr %from
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 8, i1 false)
  %order = call i32 @memcmp(ptr %to, ptr %from, i64 8)
  %good = icmp eq i32 %order, 0
  call void @check(i1 %good)
  ret void
}

define void @changed_copy_differs() {
  %from = alloca i64
  %to = alloca i64
  %number = call i64 @number(i64 -1)
  store i64 %number, ptr %from
  %other = xor i64 %number, 256
  store i64 %other, ptr %to
  %order = call i32 @memcmp(ptr %to, ptr %from, i64 8)
  %good = icmp ne i32 %order, 0
  call void @check(i1 %good)
  ; The byte that differs decides the order.
  %byte = lshr i64 %number, 8
  %bit = trunc i64 %byte to i1
  %is_less = icmp slt i32 %order, 0
  %agrees = icmp eq i1 %bit, %is_less
  call void @check(i1 %agrees)
  ret void
}

define void @overlapping_copy() {
  %array = alloca [8 x i8]
  %at = getelementptr i8, ptr %array, i64 1
  call void @llvm.memcpy.p0.p0.i64(ptr %at, ptr %array, i64 4, i1 false)
  ret void
}

define void @overlapping_move() {
  %array = alloca i64
  store i64 578437695752307201, ptr %array ; 0x0807060504030201
  %at = getelementptr i8, ptr %array, i64 1
  call void @llvm.memmove.p0.p0.i64(ptr %at, ptr %array, i64 4, i1 false)
  %value = load i64, ptr %array
  %good = icmp eq i64 %value, 578437691440496897 ; 0x0807060403020101
  call void @check(i1 %good)
  ret void
}

define void @filled() {
  %array = alloca i64
  call void @llvm.memset.p0.i64(ptr %array, i8 7, i64 8, i1 false)
  %value = load i64, ptr %array
  %good = icmp eq i64 %value, 506381209866536711 ; 0x0707070707070707
  call void @check(i1 %good)
  ret void
}

define void @copied_too_far() {
  %from = alloca i64
  %to = alloca [16 x i8]
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 9, i1 false)
  ret void
}

define void @copied_nothing() {
  %to = inttoptr i64 1 to ptr
  %from = inttoptr i64 8 to ptr
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 0, i1 false)
  ret void
}

define void @table() {
  %index = call i64 @number(i64 15)
  %at = getelementptr inbounds i16, ptr @squares, i64 %index
  %square = load i16, ptr %at, align 2
  %wide = zext i16 %square to i64
  %expected = mul i64 %index, %index
  %good = icmp eq i64 %wide, %expected
  call void @check(i1 %good)
  ret void
}

define void @table_written() {
  %array = alloca [8 x i8]
  call void @llvm.memset.p0.i64(ptr %array, i8 0, i64 8, i1 false)
  %written = call i64 @number(i64 7)
  %read = call i64 @number(i64 7)
  %at = getelementptr inbounds i8, ptr %array, i64 %written
  store i8 1, ptr %at
  %from = getelementptr inbounds i8, ptr %array, i64 %read
  %value = load i8, ptr %from
  %is_set = icmp eq i8 %value, 1
  %is_same = icmp eq i64 %written, %read
  %good = icmp eq i1 %is_set, %is_same
  call void @check(i1 %good)
  ret void
}

; Overlapping words at every byte.
define void @words_in_a_table() {
  %array = alloca [8 x i8]
  call void @llvm.memset.p0.i64(ptr %array, i8 0, i64 8, i1 false)
  %written = call i64 @number(i64 6)
  %at = getelementptr inbounds i8, ptr %array, i64 %written
  store i16 513, ptr %at, align 1
  %whole = load i64, ptr %array, align 1
  %bits = shl i64 %written, 3
  %expected = shl i64 513, %bits
  %good = icmp eq i64 %whole, %expected
  call void @check(i1 %good)
  ret void
}

define void @one_of_two_objects() {
  %a = alloca i32
  %b = alloca i32
  store i32 1, ptr %a
  store i32 2, ptr %b
  %coin = call i64 @number(i64 1)
  %first = icmp eq i64 %coin, 1
  %chosen = select i1 %first, ptr %a, ptr %b
  store i32 9, ptr %chosen
  %left = load i32, ptr %a
  %right = load i32, ptr %b
  %sum = add i32 %left, %right
  %expected = select i1 %first, i32 11, i32 10
  %good = icmp eq i32 %sum, %expected
  call void @check(i1 %good)
  ret void
}

define void @one_of_two_objects_is_too_small() {
  %a = alloca i32
  %b = alloca i16
  %coin = call i64 @number(i64 1)
  %first = icmp eq i64 %coin, 1
  %chosen = select i1 %first, ptr %a, ptr %b
  store i32 9, ptr %chosen, align 1
  ret void
}

define void @copied_length() {
  %from = alloca [4 x i8]
  %to = alloca [4 x i8]
  call void @llvm.memset.p0.i64(ptr %from, i8 1, i64 4, i1 false)
  call void @llvm.memset.p0.i64(ptr %to, i8 0, i64 4, i1 false)
  %length = call i64 @number(i64 4)
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 %length, i1 false)
  %word = load i32, ptr %to, align 1
  %ones = call i32 @llvm.ctpop.i32(i32 %word)
  %wide = zext i32 %ones to i64
  %good = icmp eq i64 %wide, %length
  call void @check(i1 %good)
  ret void
}
declare i32 @llvm.ctpop.i32(i32)

define void @bytes_of_a_word() {
  %word = alloca i32
  %number = call i64 @number(i64 4294967295)
  %low = trunc i64 %number to i32
  store i32 %low, ptr %word
  %at = getelementptr i8, ptr %word, i64 2
  %byte = load i8, ptr %at
  %shifted = lshr i32 %low, 16
  %expected = trunc i32 %shifted to i8
  %good = icmp eq i8 %byte, %expected
  call void @check(i1 %good)
  ret void
}

define void @overwritten_half() {
  %word = alloca i64
  %number = call i64 @number(i64 -1)
  store i64 %number, ptr %word
  %at = getelementptr i8, ptr %word, i64 4
  store i32 7, ptr %at
  %low = load i32, ptr %word
  %expected = trunc i64 %number to i32
  %good = icmp eq i32 %low, %expected
  call void @check(i1 %good)
  %whole = load i64, ptr %word
  %high = lshr i64 %whole, 32
  %seven = icmp eq i64 %high, 7
  call void @check(i1 %seven)
  ret void
}
